//! An HTTP endpoint on loopback that answers as it is told, keeps what it was asked, and can be stopped.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;

/// What the endpoint answers.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A body, with status 200.
    Body(String),
    /// A status, further header lines and a body.
    Status(u16, &'static str, String),
    /// Nothing, until the client goes away.
    Silence,
}

pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

struct State {
    inner: Mutex<Inner>,
    released: Condvar,
}

struct Inner {
    answer: Answer,
    requests: Vec<String>,
    held: bool,
    stopped: bool,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no test panics with it")
    }
}

impl Server {
    pub(crate) fn start(answer: Answer) -> Self {
        let inner = Inner { answer, requests: Vec::new(), held: false, stopped: false };
        let state = Arc::new(State { inner: Mutex::new(inner), released: Condvar::new() });
        let mut server = Self { address: ([127, 0, 0, 1], 0).into(), state, accepting: None };
        server.resume();
        server
    }

    /// Listens again, on the port it had.
    pub(crate) fn resume(&mut self) {
        let listener = TcpListener::bind(self.address).expect("the port is free");
        self.address = listener.local_addr().expect("it is bound");
        self.state.lock().stopped = false;
        let state = Arc::clone(&self.state);
        self.accepting = Some(std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if state.lock().stopped {
                    return;
                }
                let state = Arc::clone(&state);
                // A client that went away is one that the test's assertions speak of.
                std::thread::spawn(move || drop(serve(stream, &state)));
            }
        }));
    }

    /// From now on, connections are refused.
    pub(crate) fn stop(&mut self) {
        self.state.lock().stopped = true;
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            accepting.join().expect("the endpoint does not panic");
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn answer(&self, answer: Answer) {
        self.state.lock().answer = answer;
    }

    /// Whether requests are kept waiting for their answers.
    pub(crate) fn hold(&self, held: bool) {
        self.state.lock().held = held;
        self.state.released.notify_all();
    }

    /// The requests so far, each with its head and its body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.lock().requests.clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.state.lock().requests.len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.hold(false);
        self.stop();
    }
}

fn serve(stream: TcpStream, state: &State) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let mut inner = state.lock();
    inner.requests.push(head + &String::from_utf8_lossy(&body));
    while inner.held {
        inner = state.released.wait(inner).expect("no test panics with it");
    }
    let answer = inner.answer.clone();
    drop(inner);
    let (status, headers, body) = match answer {
        Answer::Body(body) => (200, "", body),
        Answer::Status(status, headers, body) => (status, headers, body),
        Answer::Silence => return reader.read_to_end(&mut Vec::new()).map(drop),
    };
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status} Stub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\
         connection: close\r\n\r\n{body}",
        body.len()
    )
}
