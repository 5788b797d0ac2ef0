//! The one door into a page. Whatever a template shows is text from outside until it has passed here: it is masked where
//! the audience must not see whose number it is, and escaped by [`Untrusted::for_html`], whose door knows more than HTML's
//! five characters. The template engine itself calls the door for every value, so that neither a template nor the code
//! behind it can go round it; nothing but this file makes text that is shown as it is.

use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, UndefinedBehavior, Value};

use super::mask::Mask;
use crate::ids::Sha256;
use crate::text::Untrusted;

/// What the pages look like. It is the only style that they take.
const STYLE: &str = include_str!("templates/style.css");

const TEMPLATES: [(&str, &str); 5] = [
    ("base", include_str!("templates/base.html")),
    ("macros", include_str!("templates/macros.html")),
    ("pictures", include_str!("templates/pictures.html")),
    ("court", include_str!("templates/court.html")),
    ("support", include_str!("templates/support.html")),
];

const TEXTS: [(&str, &str); 2] =
    [("statement", include_str!("templates/statement.txt")), ("label", include_str!("templates/label.txt"))];

/// Fills a template of a plain text: what comes from outside can neither write over what stands there nor hide.
pub fn render_text(template: &str, context: Value) -> Result<String, Error> {
    let mut environment = environment(&TEXTS, |_| AutoEscape::None)?;
    environment.set_formatter(|out, _, value| {
        let shown = value.as_str().map_or_else(|| value.to_string(), |text| Untrusted::from(text).for_terminal());
        out.write_str(&shown).map_err(|_| Error::new(ErrorKind::WriteFailure, "the text cannot be written"))
    });
    environment.get_template(template)?.render(context)
}

/// Templates, and how all of them are read.
fn environment(
    templates: &[(&'static str, &'static str)],
    escape: fn(&str) -> AutoEscape,
) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(escape);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, source) in templates {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// Fills a template.
pub fn render(template: &str, mask: Mask, context: Value) -> Result<String, Error> {
    let mask = Arc::new(mask);
    let mut environment = environment(&TEMPLATES, |_| AutoEscape::Html)?;
    let (whole, exact) = (mask.clone(), mask);
    environment.set_formatter(move |out, _, value| through(out, value, &whole));
    environment.add_filter("exact", move |text: String| past(&exact.known(&text)));
    environment.add_global("style", Value::from_safe_string(STYLE.to_owned()));
    environment.add_global("policy", policy());
    environment.get_template(template)?.render(context)
}

/// Text on its way to the door: it cannot be shown but through it.
pub fn inside(text: &Untrusted) -> Value {
    Value::from(text.for_record())
}

/// As [`inside`], where there may be none.
pub fn inside_or(text: Option<&Untrusted>, else_words: &str) -> Value {
    text.map_or_else(|| Value::from(else_words), inside)
}

fn through(out: &mut Output<'_>, value: &Value, mask: &Mask) -> Result<(), Error> {
    let failed = |_| Error::new(ErrorKind::WriteFailure, "the page cannot be written");
    match (value.kind(), value.as_str()) {
        // Made by `past`, or by a macro out of what passed here.
        (_, Some(text)) if value.is_safe() => out.write_str(text).map_err(failed),
        (_, Some(text)) => out.write_str(&Untrusted::from(&*mask.all(text)).for_html()).map_err(failed),
        (ValueKind::Number | ValueKind::Bool, _) => write!(out, "{value}").map_err(failed),
        _ => Err(Error::new(ErrorKind::InvalidOperation, "a page shows words and numbers only")),
    }
}

/// Times, digests, codes and our own sentences, in which digits stand that are no phone number: only numbers that the
/// record knows are masked in them.
fn past(text: &str) -> Value {
    Value::from_safe_string(Untrusted::from(text).for_html())
}

/// What the page may load, which is nothing: its own style alone counts, by its digest.
fn policy() -> String {
    let style = base64(Sha256::of(STYLE.as_bytes()).octets());
    format!("default-src 'none'; style-src 'sha256-{style}'; form-action 'none'; base-uri 'none'")
}

/// RFC 4648 section 4.
fn base64(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = (0..3).fold(0usize, |bits, at| bits << 8 | three.get(at).copied().map_or(0, usize::from));
        let letter = |at: usize| ALPHABET.get(bits >> (18 - 6 * at) & 63).copied().map_or('=', char::from);
        (0..4).map(|at| if at <= three.len() { letter(at) } else { '=' }).collect::<String>()
    };
    octets.chunks(3).map(group).collect()
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    #[test]
    fn no_template_goes_round_the_door() {
        for (name, source) in TEMPLATES {
            for way in ["|safe", "| safe", "autoescape", "escape", "<script", "javascript:", " style=", "://"] {
                assert!(!source.contains(way), "{name} has {way}");
            }
        }
        // Patterns of the page itself are all that it names.
        assert!(!STYLE.replace("url(#", "").contains("url(") && !STYLE.contains("@import"));
    }

    #[test]
    fn what_is_shown_passes_whoever_forgot_it() {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(|out, _, value| through(out, value, &Mask::Nothing));
        environment.add_filter("exact", |text: String| past(&text));
        let source = "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ t }}|{{ t|exact }}|{{ m(t) }}|{{ n }}";
        let shown = environment.render_str(source, context! { t => "<i>\u{202e}\"", n => 5 }).unwrap();
        let escaped = "&lt;i&gt;\\u{202e}&quot;";
        assert_eq!(shown, format!("{escaped}|{escaped}|<b>{escaped}</b>|5"));
        assert!(environment.render_str("{{ list }}", context! { list => ["<i>"] }).is_err());
    }

    #[test]
    fn base64_is_the_standard_one() {
        let told = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        told.iter().for_each(|(text, expected)| assert_eq!(base64(text.as_bytes()), *expected));
    }
}
