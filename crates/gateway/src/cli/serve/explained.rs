//! Answers to input that isn't an HTTP request. hyper sends them before any of our code runs, without our headers and without
//! a body; they are replaced on their way out. (HTTP/2 has one such answer, 431, which its library sends as frames; that one
//! stays without a body.)

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum_server::accept::Accept;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::edge::Unreadable;

/// Accepts connections whose unreadable requests are answered in full. Around TLS, where the text is plain.
#[derive(Clone)]
pub(super) struct Explained<A> {
    pub(super) inner: A,
    pub(super) answers: Arc<Unreadable>,
}

impl<S, A> Accept<TcpStream, S> for Explained<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
{
    type Stream = Plain<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, A::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let accepted = self.inner.accept(stream, service);
        let answers = Arc::clone(&self.answers);
        Box::pin(async move {
            let (inner, service) = accepted.await?;
            let stream = Plain {
                inner,
                answers,
                instead: Vec::new(),
            };
            Ok((stream, service))
        })
    }
}

/// A stream of plain HTTP.
pub(super) struct Plain<S> {
    inner: S,
    answers: Arc<Unreadable>,
    /// What is still to be written in place of hyper's answer, which ends the connection.
    instead: Vec<u8>,
}

impl<S: AsyncWrite + Unpin> Plain<S> {
    /// Takes hyper's own answer, if it is one.
    fn take(&mut self, bytes: &[u8]) -> bool {
        let Some(status) = status_of_own_answer(bytes) else {
            return false;
        };
        self.instead = self.answers.answer(status);
        true
    }

    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(context, &self.instead))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.instead.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

/// The longest answer of hyper's own.
const OWN_MAX: usize = 256;

/// The status of an answer without a body after which hyper closes: each of ours has a body or a request id.
fn status_of_own_answer(bytes: &[u8]) -> Option<u16> {
    let rest = bytes.strip_prefix(b"HTTP/1.1 4")?;
    if bytes.len() > OWN_MAX || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let head = std::str::from_utf8(bytes).ok()?;
    let is_own = head.contains("\r\nconnection: close\r\n")
        && head.contains("\r\ncontent-length: 0\r\n")
        && !head.contains(crate::http::request_id::HEADER);
    match (is_own, rest.get(..2)?) {
        (true, b"00") => Some(400),
        (true, b"14") => Some(414),
        (true, b"31") => Some(431),
        _ => None,
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Plain<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Plain<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_instead(context))?;
        if self.take(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_instead(context))?;
        if let [only] = slices
            && self.take(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        Pin::new(&mut self.inner).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_without_our_headers_are_replaced() {
        let own = "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\
                   date: Fri, 27 Nov 2026 08:00:00 GMT\r\n\r\n";
        assert_eq!(status_of_own_answer(own.as_bytes()), Some(431));
        let ours = own.replace("date:", "x-request-id: 1\r\ndate:");
        assert_eq!(status_of_own_answer(ours.as_bytes()), None);
        assert_eq!(status_of_own_answer(b"HTTP/1.1 400 Bad"), None);
        assert_eq!(status_of_own_answer(&own.as_bytes()[..own.len() - 2]), None);
    }
}
