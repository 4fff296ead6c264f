//! The player against clients that behave and clients that do not.
//! Must never wait for longer than a call says.
use std::io::{Read as _, Write as _};
use std::thread;

use super::*;

const SOON: Duration = Duration::from_secs(10);

fn started() -> (RuntimeApi, TcpStream) {
    let api = RuntimeApi::start().unwrap();
    let stream = TcpStream::connect(api.address().unwrap()).unwrap();
    (api, stream)
}

fn said(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 4096];
    let count = stream.read(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}

#[test]
fn an_event_goes_out_with_its_headers_and_its_answer_comes_back() {
    let (mut api, mut client) = started();
    client.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n").unwrap();
    let poll = api.next_call(SOON).unwrap().unwrap();
    assert_eq!(poll.ask, Ask::Next);
    let written = api.hand_out(&poll, "id-1", b"{}").unwrap();
    assert!(written >= poll.at);
    let event = said(&mut client);
    assert!(event.starts_with("HTTP/1.1 200 OK\r\n") && event.ends_with("\r\n\r\n{}"), "{event}");
    for header in
        ["Aws-Request-Id: id-1", "Deadline-Ms: ", "Invoked-Function-Arn: arn:", "Trace-Id: "]
    {
        assert!(event.contains(&format!("\r\nLambda-Runtime-{header}")), "{header}");
    }
    let answer = "POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nContent-Length: 4\r\n\r\nfine";
    client.write_all(answer.as_bytes()).unwrap();
    let call = api.next_call(SOON).unwrap().unwrap();
    assert_eq!(call.ask, Ask::Response("id-1".to_owned(), b"fine".to_vec()));
    assert!(call.at >= written);
    api.accept_answer(&call).unwrap();
    assert!(said(&mut client).starts_with("HTTP/1.1 202 Accepted\r\n"));
}

#[test]
fn errors_are_told_apart_from_answers() {
    for path in ["init/error", "invocation/id-1/error"] {
        let (mut api, mut client) = started();
        let call =
            format!("POST /2018-06-01/runtime/{path} HTTP/1.1\r\nContent-Length: 3\r\n\r\nwhy");
        client.write_all(call.as_bytes()).unwrap();
        assert_eq!(api.next_call(SOON).unwrap().unwrap().ask, Ask::Error("why".to_owned()));
    }
}

#[test]
fn polls_and_answers_may_come_over_different_connections() {
    let (mut api, first) = started();
    let mut second = TcpStream::connect(api.address().unwrap()).unwrap();
    second.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n").unwrap();
    let poll = api.next_call(SOON).unwrap().unwrap();
    api.hand_out(&poll, "id-1", b"{}").unwrap();
    assert!(said(&mut second).ends_with("{}"));
    // One that was closed is forgotten, and the other goes on.
    drop(first);
    second.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(api.next_call(SOON).unwrap().unwrap().ask, Ask::Next);
}

#[test]
fn what_is_not_of_the_api_ends_the_run() {
    let (mut api, mut client) = started();
    client.write_all(b"GET /2018-06-01/runtime/restore/next HTTP/1.1\r\n\r\n").unwrap();
    assert!(matches!(api.next_call(SOON), Err(Trouble::Subject(_))));
}

#[test]
fn a_process_that_says_nothing_is_waited_for_no_longer_than_said() {
    let (mut api, client) = started();
    let waited = thread::scope(|scope| {
        scope.spawn(|| api.next_call(Duration::from_millis(50))).join().unwrap()
    });
    assert!(waited.unwrap().is_none());
    drop(client);
}
