//! Verifying an RS256 token: the door of the runtime against bare `jsonwebtoken`, and what a token that was verified
//! already costs beside a warm request.

use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use purlin::apigw::ApiGatewayV2httpRequest;
use purlin::{App, Context, Operation, Request, Response, Result, RuntimeConfig, Shared};
use serde::Deserialize;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::Program;
use crate::measure::{Clock, Contest, Peer, Side, count, time, valgrind};

/// How many tokens are timed at once, one after the other: enough for a clock that ticks in milliseconds.
const BATCH: u64 = 500;
const KNOWN_BATCH: u64 = 10_000;

/// How many pairs of timings.
const ROUNDS: usize = 50;

/// How many times the cost of `jsonwebtoken` is aimed at.
const TARGET: f64 = 1.1;

/// Which part of that cost a token may have that was verified already.
const KNOWN_TARGET: f64 = 0.1;

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "benchmark";

/// How far past its expiry a token is still accepted, in seconds, as the runtime has it.
const LEEWAY: u64 = 30;

/// What a process under Valgrind can be told to do. Its endpoint is the key that signs.
pub(crate) const PROGRAMS: &[Program] = &[
    ("token-verify", |n, key| Door::open(key).verify(n)),
    ("token-known", |n, key| Door::open(key).known(n)),
    ("token-none", |n, key| Door::open(key).none(n)),
    ("token-decode", |n, key| Door::open(key).decode(n)),
];

/// Prints the rows.
pub(crate) fn measure() {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key is made");
    let key = URL_SAFE_NO_PAD.encode(key.as_der().expect("it has a form").as_ref());
    let name = "verify an RS256 token";
    let target = (!valgrind()).then_some(TARGET);
    let door = Door::open(&key);
    time(
        &format!("{name}, with the request around it, processor time"),
        target,
        ROUNDS,
        || timed(BATCH, || door.verify(BATCH)),
        || timed(BATCH, || door.decode(BATCH)),
    );
    time(
        "a request whose token is known, against one without, processor time",
        None,
        ROUNDS,
        || timed(KNOWN_BATCH, || door.known(KNOWN_BATCH)),
        || timed(KNOWN_BATCH, || door.none(KNOWN_BATCH)),
    );
    let base = Some("token-none");
    let decode = Side { work: "token-decode", base: None };
    let peers = [Peer { name: "", side: decode, target: TARGET }];
    let ours = Side { work: "token-verify", base };
    count(&Contest { name, ours, peers: &peers, iterations: 200 }, &key);
    let name = "know a token that was verified";
    let ours = Side { work: "token-known", base };
    let peers = [Peer { name: "verifying it", side: decode, target: KNOWN_TARGET }];
    count(&Contest { name, ours, peers: &peers, iterations: 200 }, &key);
}

/// A platform of one operation, and a key that it fetches from where its issuer publishes it.
struct Door {
    runtime: Runtime,
    app: App,
    shared: Shared,
    none: ApiGatewayV2httpRequest,
    known: ApiGatewayV2httpRequest,
    fresh: ApiGatewayV2httpRequest,
    token: String,
    key: DecodingKey,
    validation: Validation,
}

/// What both read.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    role: String,
}

async fn open(ctx: Context, _: Request) -> Result<Response> {
    black_box(ctx.caller());
    Ok(Response::no_content())
}

impl Door {
    fn open(key: &str) -> Self {
        let key = URL_SAFE_NO_PAD.decode(key).expect("it is base64");
        let key = RsaKeyPair::from_pkcs8(&key).expect("it is a key");
        let public = key.public_key();
        let [modulus, exponent] = [
            public.modulus().big_endian_without_leading_zero(),
            public.exponent().big_endian_without_leading_zero(),
        ]
        .map(|number| URL_SAFE_NO_PAD.encode(number));
        let jwk = json!({ "kty": "RSA", "kid": "one", "n": modulus, "e": exponent });
        let url = publish(json!({ "keys": [jwk] }).to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let shared = runtime.block_on(Shared::connect(config(&url)));

        let mut validation = Validation::new(Algorithm::RS256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);

        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_secs();
        // Expired, but within the leeway: accepted each time, and not remembered.
        let token = sign(&key, now);
        let door = Self {
            runtime,
            app: App::new("benchmark")
                .permissions::<agentic_platform::Permission>()
                .operations([Operation::public("open", "GET", "/open", open)]),
            shared,
            none: ApiGatewayV2httpRequest::default(),
            known: event(&sign(&key, now + 3600)),
            fresh: event(&token),
            token,
            key: DecodingKey::from_rsa_components(&modulus, &exponent).expect("it is a key"),
            validation,
        };
        // Fetches the key, and verifies what is to be known.
        door.known(1);
        door
    }

    fn verify(&self, times: u64) {
        self.call(&self.fresh, times);
    }

    fn known(&self, times: u64) {
        self.call(&self.known, times);
    }

    fn none(&self, times: u64) {
        self.call(&self.none, times);
    }

    fn call(&self, event: &ApiGatewayV2httpRequest, times: u64) {
        for _ in 0..times {
            let answer = self.app.call("open", black_box(event.clone()), &self.shared);
            black_box(self.runtime.block_on(answer));
        }
    }

    fn decode(&self, times: u64) {
        for _ in 0..times {
            let token = decode::<Claims>(black_box(&self.token), &self.key, &self.validation);
            let claims = token.expect("it is accepted").claims;
            black_box((claims.sub, claims.role));
        }
    }
}

fn timed(batch: u64, work: impl FnOnce()) -> Duration {
    let start = Clock::start();
    work();
    start.elapsed() / batch as u32
}

/// Answers every request with `document`, from a thread of its own.
fn publish(document: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let length = document.len();
            // The request is short, and comes in one piece.
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{document}"
            );
        }
    });
    url
}

fn config(url: &str) -> RuntimeConfig {
    let vars = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("PURLIN_TABLE", "benchmark"),
        ("PURLIN_EVENT_BUS", "benchmark"),
        ("PURLIN_JWT_JWKS_URL", url),
        ("PURLIN_JWT_ISSUER", ISSUER),
        ("PURLIN_JWT_AUDIENCE", AUDIENCE),
        ("PURLIN_CURSOR_SECRET", "a-cursor-secret-of-thirty-two-bytes"),
    ];
    RuntimeConfig::from_vars(vars.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .expect("the settings are complete")
}

fn sign(key: &RsaKeyPair, exp: u64) -> String {
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "one" }).to_string();
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "user_01h455vb4pex5vsknk084sn02q", "role": "user",
        "iat": exp - 3600, "exp": exp,
    });
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let message =
        format!("{}.{}", encode(header.as_bytes()), encode(claims.to_string().as_bytes()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .expect("it is signed");
    format!("{message}.{}", encode(&signature))
}

fn event(token: &str) -> ApiGatewayV2httpRequest {
    let mut event = ApiGatewayV2httpRequest::default();
    let value = format!("Bearer {token}").parse().expect("a header value");
    event.headers.insert(http::header::AUTHORIZATION, value);
    event
}
