//! A tree of /sys as `tests/vectors/sysfs` writes it down, put into a folder.

use std::path::{Path, PathBuf};

/// All that are written down.
pub fn names() -> Vec<String> {
    let entries = std::fs::read_dir(vectors()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// One of them, as it is written.
pub fn text(name: &str) -> String {
    std::fs::read_to_string(vectors().join(format!("{name}.txt"))).unwrap()
}

/// Puts it into a folder: `path<TAB>content`, or `path<TAB>-> target` for a link.
pub fn unpack(name: &str, into: &Path) {
    for line in text(name).lines().filter(|line| !line.starts_with('#')) {
        let (path, content) = line.split_once('\t').unwrap();
        let path = into.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match content.strip_prefix("-> ") {
            Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
            None => std::fs::write(path, format!("{content}\n")).unwrap(),
        }
    }
}

/// A folder with this tree alone.
pub fn of(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    unpack(name, folder.path());
    folder
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/sysfs")
}
