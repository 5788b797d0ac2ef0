//! The papers that a record names: what was put before the approver, and what they answered or signed. Their digests stand in
//! `sheet` and `approval` entries; they themselves lie in the case folder, and whoever has it can hold them against the
//! digests (`signpost verify` does).

use crate::case::approval::Approval;
use crate::case::sheet::{list_name, sheet_name};
use crate::ids::Sha256;
use crate::record::entry::{Entry, EntryView};

/// A paper in `approval/`, as an entry has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The entry.
    pub entry: u64,
    /// The name that the record gives it. Whoever wrote the record may have made it up.
    pub name: String,
    /// What it was.
    pub sha256: Sha256,
}

/// Those that an entry names.
pub(super) fn named(view: &EntryView) -> Vec<Paper> {
    let paper = |name: String, sha256: Sha256| Paper { entry: view.seq, name, sha256 };
    match &view.entry {
        Some(Entry::Sheet(sheet)) => {
            let list = sheet.list.map(|sha256| paper(list_name(&sheet.plan_code), sha256));
            [paper(sheet_name(&sheet.plan_code), sheet.sha256)].into_iter().chain(list).collect()
        }
        Some(Entry::Approval(Approval { signed: Some(signed), .. })) => {
            vec![paper(signed.file.clone(), signed.sha256)]
        }
        Some(Entry::Remains(remains)) => {
            let signed = remains.approval.signed.iter();
            signed.map(|signed| paper(signed.file.clone(), signed.sha256)).collect()
        }
        _ => Vec::new(),
    }
}
