//! Starts the stand-in from the command line and says once where it listens.
//! It must never read a real key, nor bind anything but 127.0.0.1.

use std::io::{self, Write};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = stripe_stand_in::parse_arguments(std::env::args().skip(1))?;
    let running = stripe_stand_in::start(config).await?;
    writeln!(io::stdout(), "stripe stand-in listens on {}", running.url())?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}
