//! Gateways that start on a database that others use, too.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
};

use crate::{
    data::TestData,
    process::init,
    serve_process::ask,
    serve_support::{Server, refused_on},
};

/// Puts a master key there.
fn put_master_key(data: &TestData, digits: &str) {
    let file = data.path().join("master.key");
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(file);
    file.expect("a file")
        .write_all(digits.repeat(32).as_bytes())
        .expect("written");
}

/// Data of an installation.
fn installed() -> TestData {
    let data = TestData::on_shared_postgres();
    assert!(init(&data).status.success());
    data
}

#[test]
fn four_gateways_migrate_an_empty_database_once() {
    let first = TestData::on_shared_postgres();
    first.make_folder();
    put_master_key(&first, "a7");
    let others = [(); 3].map(|()| first.of_another_gateway());
    let mut servers: Vec<Server> = [first]
        .into_iter()
        .chain(others)
        .map(|data| Server::start_on(data, &[]))
        .collect();
    for server in &mut servers {
        let address = server.address();
        assert!(ask(&address, "GET", "/readyz", "").ends_with("ready\n"));
        server.says("To set it up, open ");
    }
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres");
    let migrations = fs::read_dir(migrations).expect("a folder").count();
    let data = &servers[0].data;
    assert_eq!(
        usize::try_from(data.rows("_sqlx_migrations")).expect("a count"),
        migrations
    );
    assert_eq!((data.rows("installation"), data.rows("audit_chain")), (1, 1));
}

#[test]
fn a_different_master_key_is_refused_beside_a_gateway() {
    let data = installed();
    let other = data.of_another_gateway();
    let mut running = Server::start_on(data, &[]);
    let address = running.address();
    put_master_key(&other, "b8");
    let (status, said) = refused_on(&other, &[]);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("the master key is not the one that this database's secrets are sealed with"),
        "{said}"
    );
    assert!(ask(&address, "GET", "/readyz", "").ends_with("ready\n"));
}

#[test]
fn a_newer_database_is_refused_and_its_version_named() {
    let data = installed();
    let other = data.of_another_gateway();
    let mut running = Server::start_on(data, &[]);
    let address = running.address();
    other.execute(
        r"INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
          VALUES (9999, 'from the future', true, '\x00', 0)",
    );
    let (status, said) = refused_on(&other, &[]);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("newer version of Keyward") && said.contains("at version 9999"),
        "{said}"
    );
    assert!(
        ask(&address, "GET", "/readyz", "").ends_with("ready\n"),
        "the one that runs goes on"
    );
}
