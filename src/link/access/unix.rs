//! Asks the permissions of the node, and /etc/group.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{AtFlags, CWD};

use super::{Access, Closed, Remedy};
use crate::link::root::Root;

/// Whether this user may open it.
pub fn to(root: &Root, node: &Path) -> Access {
    let Ok(metadata) = std::fs::metadata(node) else { return Access::NoNode };
    let wanted = rustix::fs::Access::READ_OK | rustix::fs::Access::WRITE_OK;
    if rustix::fs::accessat(CWD, node, wanted, AtFlags::EACCESS).is_ok() {
        return Access::Open;
    }
    let groups = std::fs::read_to_string(root.at("etc/group")).unwrap_or_default();
    let user = std::env::var("USER").unwrap_or_default();
    Access::Closed(closed(&groups, &user, metadata.gid(), metadata.mode() & 0o777))
}

/// From /etc/group: `name:x:number:member,member`.
fn closed(groups: &str, user: &str, gid: u32, mode: u32) -> Closed {
    let lines = groups.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let mut found = lines.filter_map(|fields| match fields.as_slice() {
        [name, _, number, members, ..] if number.parse() == Ok(gid) => Some((name.to_string(), members.to_string())),
        _ => None,
    });
    let (group, members) = found.next().unwrap_or_else(|| (gid.to_string(), String::new()));
    let group_may = mode & 0o060 == 0o060 && gid != 0;
    let remedy = match members.split(',').any(|member| !user.is_empty() && member == user) {
        _ if !group_may => Remedy::Rule,
        true => Remedy::LogInAgain,
        false => Remedy::Join,
    };
    Closed { group, mode, remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: &str = "root:x:0:\ndialout:x:20:pc_y,pc_z\n";

    #[test]
    fn each_way_of_being_shut_out_has_its_step() {
        let help = |user: &str, gid, mode| closed(GROUPS, user, gid, mode).help();
        assert!(help("pc_x", 20, 0o660).starts_with("sudo usermod -aG dialout $USER"));
        assert!(help("pc_y", 20, 0o660).contains("log out and in again"));
        assert!(help("pc_x", 0, 0o600).contains("udev rule"));
        assert!(help("pc_x", 20, 0o600).contains("udev rule"), "the group may not open it either");
        assert!(help("pc_x", 77, 0o660).contains("usermod -aG 77"), "a group without a name");
    }

    #[test]
    fn no_node_is_told_from_a_closed_one() {
        let root = Root::this();
        assert_eq!(to(&root, Path::new("/dev/ttyNONE9")), Access::NoNode);
        assert_eq!(to(&root, Path::new("/dev/null")), Access::Open);
    }
}
