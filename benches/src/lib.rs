//! What a cold start and a warm request cost: of ours, of a bare function, and of the same in other
//! languages. Must never be part of what it measures, nor round a figure in anybody's favour.

pub mod backend;
pub mod callgrind;
pub mod certificate;
pub mod chart;
pub mod child;
pub mod core_share;
pub mod event;
pub mod http;
pub mod invoice;
pub mod limits;
pub mod machine;
pub mod measure;
pub mod options;
pub mod page;
pub mod report;
pub mod results;
pub mod runtime_api;
pub mod same;
pub mod session;
pub mod spread;
pub mod subject;
pub mod trouble;

pub use subject::{Place, Subject};
pub use trouble::Trouble;
