//! Where there are no groups of nodes, opening it tells.

use std::path::Path;

use super::Access;
use crate::link::root::Root;

/// Nothing is known to stand in the way.
pub fn to(_: &Root, _: &Path) -> Access {
    Access::Open
}
