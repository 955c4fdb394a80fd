//! Where Terraform finds the provider: a socket that no other user can reach; on Windows, which has none, a port of this machine.

use std::io;

#[cfg(unix)]
pub(super) use unix::Socket;

#[cfg(not(unix))]
pub(super) use tcp::Socket;

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt;

    use tokio::net::{UnixListener, UnixStream};

    use super::io;

    /// A socket in a directory of its own, which only its owner may enter; both go with it.
    pub(crate) struct Socket {
        directory: tempfile::TempDir,
        listener: UnixListener,
    }

    impl Socket {
        #[allow(clippy::unused_async, reason = "a port is opened with a wait")]
        pub(crate) async fn open() -> io::Result<Self> {
            let only_owner = std::fs::Permissions::from_mode(0o700);
            let directory = tempfile::Builder::new().prefix("mtasts-").permissions(only_owner).tempdir()?;
            let listener = UnixListener::bind(directory.path().join("provider"))?;
            Ok(Self { directory, listener })
        }

        /// As the handshake has it.
        pub(crate) fn address(&self) -> String {
            format!("unix|{}", self.directory.path().join("provider").display())
        }

        pub(crate) async fn accept(&self) -> io::Result<UnixStream> {
            Ok(self.listener.accept().await?.0)
        }
    }
}

#[cfg(not(unix))]
mod tcp {
    use std::net::Ipv4Addr;

    use tokio::net::{TcpListener, TcpStream};

    use super::io;

    /// A port of this machine.
    pub(crate) struct Socket {
        listener: TcpListener,
        port: u16,
    }

    impl Socket {
        pub(crate) async fn open() -> io::Result<Self> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let port = listener.local_addr()?.port();
            Ok(Self { listener, port })
        }

        /// As the handshake has it.
        pub(crate) fn address(&self) -> String {
            format!("tcp|127.0.0.1:{}", self.port)
        }

        pub(crate) async fn accept(&self) -> io::Result<TcpStream> {
            Ok(self.listener.accept().await?.0)
        }
    }
}
