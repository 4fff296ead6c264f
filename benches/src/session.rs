//! One process from its start to its end, invoked as Lambda does: one event at a time.
//! Must never let it work while nothing is measured.
use std::time::{Duration, Instant};

use crate::child::{Child, Start};
use crate::runtime_api::{Ask, Call, RuntimeApi};
use crate::trouble::Trouble;

/// valgrind is fifty times slower than the machine, and a 14th of a core is slower still.
const STEP_MAX: Duration = Duration::from_mins(2);
/// How often it is asked whether the process still lives.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A process that waits for its next event.
#[derive(Debug)]
pub struct Session {
    /// The process.
    pub child: Child,
    api: RuntimeApi,
    poll: Call,
    event: Vec<u8>,
    invocations: u32,
}

/// An answer that the process has sent and that is not accepted yet: the process is held there.
#[derive(Debug)]
pub struct Answered {
    /// What it sent.
    pub body: Vec<u8>,
    /// From the event's going out to the answer's coming in.
    pub wall: Duration,
    /// Its CPU time so far.
    pub cpu: Duration,
    call: Call,
}

impl Session {
    /// Starts a process and waits until it asks for work.
    ///
    /// # Errors
    /// [`Trouble::Subject`] if it ends or fails before, with what it wrote.
    pub fn open(start: impl FnOnce(&str) -> Start, event: Vec<u8>) -> Result<Self, Trouble> {
        let mut api = RuntimeApi::start()?;
        let mut child = Child::start(&start(&api.address()?))?;
        let call = awaited(&mut api, &mut child)?;
        match call.ask {
            Ask::Next => Ok(Self { child, api, poll: call, event, invocations: 0 }),
            other => Err(failed("it began with", &other, &child)),
        }
    }

    /// From the start of the process to its first asking for work.
    pub fn since_start(&self) -> Duration {
        self.poll.at.duration_since(self.child.started)
    }

    /// Hands out one event and waits for its answer.
    ///
    /// # Errors
    /// [`Trouble::Subject`] if it fails instead.
    pub fn invoke(&mut self) -> Result<Answered, Trouble> {
        self.invocations += 1;
        let id = format!("8476a536-e9f4-11e8-9739-{:012}", self.invocations);
        let written = self.api.hand_out(&self.poll, &id, &self.event)?;
        let call = awaited(&mut self.api, &mut self.child)?;
        let cpu = self.child.cpu()?;
        match call.ask {
            Ask::Response(ref of, ref body) if *of == id => {
                let (body, wall) = (body.clone(), call.at.duration_since(written));
                Ok(Answered { body, wall, cpu, call })
            }
            ref other => Err(failed("instead of an answer it sent", other, &self.child)),
        }
    }

    /// Accepts the answer, and waits until the process asks for more.
    ///
    /// # Errors
    /// [`Trouble::Subject`].
    pub fn release(&mut self, answered: &Answered) -> Result<(), Trouble> {
        self.api.accept_answer(&answered.call)?;
        let call = awaited(&mut self.api, &mut self.child)?;
        match call.ask {
            Ask::Next => self.poll = call,
            other => return Err(failed("after its answer it sent", &other, &self.child)),
        }
        Ok(())
    }
}

fn awaited(api: &mut RuntimeApi, child: &mut Child) -> Result<Call, Trouble> {
    let deadline = Instant::now() + STEP_MAX;
    while Instant::now() < deadline {
        if let Some(call) = api.next_call(LOOK_EVERY)? {
            return Ok(call);
        }
        if let Some(status) = child.ended()? {
            return Err(Trouble::Subject(format!("it ended with {status}:\n{}", child.said())));
        }
    }
    Err(Trouble::Subject(format!(
        "it said nothing for {} s:\n{}",
        STEP_MAX.as_secs(),
        child.said()
    )))
}

fn failed(what: &str, ask: &Ask, child: &Child) -> Trouble {
    Trouble::Subject(format!("{what} {ask:?}; its log ends:\n{}", child.said()))
}
