//! rosactor: The socket of a link: read by the runtime that receives, written by whoever sends.

use std::{
    env,
    io::{self, Read, Write},
    net::{self, Shutdown},
    os::{
        fd::{AsRawFd, RawFd},
        unix,
    },
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use tokio::io::{unix::AsyncFd, Interest};
use zenoh_runtime::ZRuntime;

/// Set to anything, all is as in the published Zenoh.
const AS_PUBLISHED: &str = "ZENOH_AS_PUBLISHED";

/// How much is read ahead, so that the length of a short batch and what follows it cost one system call.
const AHEAD: usize = 16 * 1024;

pub(crate) fn is_as_published() -> bool {
    static IT_IS: OnceLock<bool> = OnceLock::new();
    *IT_IS.get_or_init(|| env::var_os(AS_PUBLISHED).is_some())
}

/// What bytes go over. Both are in non-blocking mode.
pub(crate) enum Stream {
    Tcp(net::TcpStream),
    Unix(unix::net::UnixStream),
}

macro_rules! on_either {
    ($stream:expr, $socket:ident => $work:expr) => {
        match $stream {
            Stream::Tcp($socket) => $work,
            Stream::Unix($socket) => $work,
        }
    };
}

impl Stream {
    fn try_clone(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Tcp(socket) => Self::Tcp(socket.try_clone()?),
            Self::Unix(socket) => Self::Unix(socket.try_clone()?),
        })
    }

    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        retried(|| on_either!(self, socket => (&*socket).read(buffer)))
    }

    fn write(&self, buffer: &[u8]) -> io::Result<usize> {
        retried(|| on_either!(self, socket => (&*socket).write(buffer)))
    }
}

fn retried(mut work: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match work() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

impl AsRawFd for Stream {
    fn as_raw_fd(&self) -> RawFd {
        on_either!(self, socket => socket.as_raw_fd())
    }
}

/// As the two directions belong to different runtimes, a receiver that has to wait before it can go on keeps nobody from sending.
pub(crate) struct Socket {
    /// Watched by the runtime that receives, for something to read alone: of a Unix socket each message that the other end has taken
    /// would tell that there is room, too, and wake a thread for nothing.
    incoming: AsyncFd<Stream>,
    /// The same socket once more, as one descriptor cannot be watched twice.
    outgoing: Stream,
    ahead: Mutex<Ahead>,
}

/// What was read ahead and not yet taken.
struct Ahead {
    buffer: Box<[u8]>,
    begin: usize,
    end: usize,
}

impl Ahead {
    fn take(&mut self, buffer: &mut [u8]) -> usize {
        let taken = buffer.len().min(self.end - self.begin);
        buffer[..taken].copy_from_slice(&self.buffer[self.begin..self.begin + taken]);
        self.begin += taken;
        taken
    }
}

impl Socket {
    pub(crate) fn new(stream: Stream) -> io::Result<Self> {
        let outgoing = stream.try_clone()?;
        let _receiving = ZRuntime::RX.enter();
        Ok(Self {
            // SAFETY: The descriptor stays the same until both are dropped.
            incoming: unsafe { AsyncFd::register_with_interest(stream, Interest::READABLE) }?,
            outgoing,
            ahead: Mutex::new(Ahead {
                buffer: vec![0; AHEAD].into_boxed_slice(),
                begin: 0,
                end: 0,
            }),
        })
    }

    fn ahead(&self) -> MutexGuard<'_, Ahead> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many bytes were read; none at the end.
    pub(crate) async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let taken = self.ahead().take(buffer);
            if taken > 0 {
                return Ok(taken);
            }
            let mut ready = self.incoming.readable().await?;
            let is_ahead = buffer.len() < AHEAD;
            let mut wanted = buffer.len();
            let read = ready.try_io(|stream| {
                if is_ahead {
                    let mut ahead = self.ahead();
                    wanted = AHEAD;
                    (ahead.begin, ahead.end) = (0, 0);
                    ahead.end = stream.get_ref().read(&mut ahead.buffer)?;
                    Ok(ahead.end)
                } else {
                    stream.get_ref().read(buffer)
                }
            });
            match read {
                Err(_would_block) => {}
                Ok(read) => {
                    let read = read?;
                    // Less than was wanted is all that there was.
                    if 0 < read && read < wanted {
                        ready.clear_ready();
                    }
                    if read == 0 || !is_ahead {
                        return Ok(read);
                    }
                }
            }
        }
    }

    pub(crate) async fn read_exact(&self, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read(buffer).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => buffer = &mut buffer[read..],
            }
        }
        Ok(())
    }

    /// How many bytes were written. It waits only if there is no room.
    pub(crate) async fn write(&self, buffer: &[u8]) -> io::Result<usize> {
        loop {
            match self.outgoing.write(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.room().await?,
                result => return result,
            }
        }
    }

    pub(crate) async fn write_all(&self, mut buffer: &[u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.write(buffer).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                written => buffer = &buffer[written..],
            }
        }
        Ok(())
    }

    /// It is watched for room only while somebody waits for that.
    async fn room(&self) -> io::Result<()> {
        let watched = {
            let _sending = ZRuntime::TX.enter();
            let descriptor = self.outgoing.as_raw_fd();
            // SAFETY: `outgoing` stays open as long as this future borrows it.
            unsafe { AsyncFd::register_with_interest(descriptor, Interest::WRITABLE) }?
        };
        watched.writable().await?.retain_ready();
        Ok(())
    }

    pub(crate) fn shutdown(&self) -> io::Result<()> {
        match on_either!(&self.outgoing, socket => socket.shutdown(Shutdown::Write)) {
            // The other end was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        }
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.incoming.as_raw_fd()
    }
}
