//! nginx, for comparison.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::run::{command, on_path};

/// nginx, which serves a folder, and 204 at `/204`. It ends with the value.
pub(super) struct Nginx {
    process: Child,
    /// Without a slash at its end.
    pub(super) url: String,
}

impl Nginx {
    pub(super) fn start(dist: &Path, folder: &Path) -> Result<Self> {
        // nginx can't choose a free port itself.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = folder.join("nginx");
        fs::create_dir_all(&folder)?;
        let config = folder.join("nginx.conf");
        fs::write(&config, nginx_config(&folder, dist, port))?;
        let nginx = on_path("nginx").unwrap_or_else(|| "/usr/sbin/nginx".into());
        let process = command(nginx)
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .spawn()
            .context("can't run nginx")?;
        let mut nginx = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(nginx);
            }
            if let Some(status) = nginx.process.try_wait()? {
                bail!("nginx ended with {status}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("nginx does not listen")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // nginx passes a polite end on to its workers; a kill would leave them behind.
        command("kill").arg(self.process.id().to_string()).status().ok();
        self.process.wait().ok();
    }
}

fn nginx_config(folder: &Path, dist: &Path, port: u16) -> String {
    let (folder, dist) = (folder.display(), dist.display());
    format!(
        "daemon off;
pid {folder}/pid;
error_log stderr error;
worker_processes auto;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/css css; }}
    sendfile on;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port};
        root {dist};
        gzip_static on;
        location = /204 {{ return 204; }}
    }}
}}
"
    )
}
