//! `signpost capture`: listens only. Needs the authority to listen, not an approval.

use jiff::Timestamp;

use super::args::{Capture, Common};
use super::check;
use super::error::CommandError;
use super::exit::Exit;
use super::folder::{self, Folder};
use super::host::Course;
use super::line::{Line, Opening, block_on};
use super::moment;
use super::print::Out;
use super::send;
use crate::case::clearance::{same_sim, to_listen};
use crate::case::terms::Terms;
use crate::session::run::{Ended, Ends, Purpose, Sends};

/// Listens.
pub fn run(common: &Common, args: &Capture, out: &Out) -> Result<Exit, CommandError> {
    let folder = Folder::of(common);
    folder.operator()?;
    let terms = folder.terms()?;
    let until = until(args.until.as_deref(), &terms)?;
    let refusals = to_listen(folder::clock().now(), &terms);
    if !refusals.is_empty() {
        return check::refuse(&folder, "capture", &refusals);
    }
    block_on(async {
        let course = Course::default();
        let opening = Opening::to_listen("capture", &args.line, &course, out);
        let mut line = Line::open(&folder, folder.look()?, terms.clone(), opening).await?;
        let refusals = same_sim(&terms, None, line.session.line()?);
        if !refusals.is_empty() {
            line.session.end(&Ended::Refused(refusals.clone())).await?;
            return check::refuse(&folder, "capture", &refusals);
        }
        line.session.set_up().await?;
        out.progress(format!("Listening until {}; Ctrl-C ends it", terms.hours.shown(until)));
        send::work(common, &terms, line, Purpose { sends: Sends::Nothing, ends: Ends::At(until) }, out).await
    })
}

/// In the line's time zone; never after listening ends.
fn until(text: Option<&str>, terms: &Terms) -> Result<Timestamp, CommandError> {
    let end = terms.authority.listen.until;
    let Some(text) = text else { return Ok(end) };
    Ok(moment::named("until", text, &terms.hours)?.min(end))
}
