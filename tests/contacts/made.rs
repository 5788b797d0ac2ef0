//! Files as phones, spreadsheets and extraction tools write them, made by hand: as little of each format as it needs.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A row's cells: `n:` a number, `d:` a date (days, as a spreadsheet keeps them), else text; empty: no cell.
pub type Rows<'a> = &'a [&'a [&'a str]];

/// Text in UTF-16, by the order of its octets.
pub fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// Text in an old encoding.
pub fn in_encoding(label: &str, text: &str) -> Vec<u8> {
    encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
}

pub fn zipped(files: &[(String, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        // The kind of an OpenDocument file stands unpacked at its beginning.
        let method = if name == "mimetype" { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        zip.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn letter(column: usize) -> char {
    char::from(b'A' + u8::try_from(column).unwrap())
}

fn xlsx_cell(row: usize, column: usize, value: &str) -> String {
    let place = format!("{}{}", letter(column), row + 1);
    match value.split_once(':') {
        _ if value.is_empty() => String::new(),
        Some(("n", number)) => format!("<c r=\"{place}\"><v>{number}</v></c>"),
        Some(("d", days)) => format!("<c r=\"{place}\" s=\"1\"><v>{days}</v></c>"),
        _ => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{value}</t></is></c>"),
    }
}

/// An XLSX workbook of these sheets; `hidden:` before the name of one that is not shown, `veryHidden:` likewise.
pub fn xlsx(sheets: &[(&str, Rows)]) -> Vec<u8> {
    zipped(&xlsx_files(sheets))
}

/// The name of a sheet, and how it is hidden.
fn shown(name: &str) -> (&str, Option<&str>) {
    name.split_once(':').map_or((name, None), |(state, name)| (name, Some(state)))
}

/// What is in it.
pub fn xlsx_files(sheets: &[(&str, Rows)]) -> Vec<(String, String)> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let numbered = || (1..).zip(sheets);
    let sheet = |(n, (name, _)): (usize, &(&str, Rows))| {
        let (name, state) = shown(name);
        let state = state.map(|state| format!(" state=\"{state}\"")).unwrap_or_default();
        format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"r{n}\"{state}/>")
    };
    let list: String = numbered().map(sheet).collect();
    let relations: String = numbered()
        .map(|(n, _)| {
            format!("<Relationship Id=\"r{n}\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
        })
        .collect();
    let mut files = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets>{list}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{package}/relationships\">{relations}<Relationship Id=\"s\" Type=\"{relation}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    for (n, (_, rows)) in numbered() {
        let row = |(at, cells): (usize, &&[&str])| {
            let cells: String = cells.iter().enumerate().map(|(column, value)| xlsx_cell(at, column, value)).collect();
            format!("<row r=\"{}\">{cells}</row>", at + 1)
        };
        let rows: String = rows.iter().enumerate().map(row).collect();
        let text = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        files.push((format!("xl/worksheets/sheet{n}.xml"), text));
    }
    files
}

fn ods_cell(value: &str) -> String {
    match value.split_once(':') {
        _ if value.is_empty() => "<table:table-cell/>".to_owned(),
        Some(("n", number)) => format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
        ),
        Some(("d", date)) => format!(
            "<table:table-cell office:value-type=\"date\" office:date-value=\"{date}\"><text:p>{date}</text:p></table:table-cell>"
        ),
        _ => format!("<table:table-cell office:value-type=\"string\"><text:p>{value}</text:p></table:table-cell>"),
    }
}

/// An ODS workbook of these sheets; a date is written as ISO 8601 has it.
pub fn ods(sheets: &[(&str, Rows)]) -> Vec<u8> {
    zipped(&ods_files(sheets))
}

/// What is in it.
pub fn ods_files(sheets: &[(&str, Rows)]) -> Vec<(String, String)> {
    let spaces = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\"";
    let row = |cells: &&[&str]| {
        format!("<table:table-row>{}</table:table-row>", cells.iter().map(|cell| ods_cell(cell)).collect::<String>())
    };
    let table = |(name, rows): &(&str, Rows)| {
        let (name, state) = shown(name);
        let style = if state.is_some() { "unseen" } else { "seen" };
        let rows: String = rows.iter().map(row).collect();
        format!("<table:table table:name=\"{name}\" table:style-name=\"{style}\">{rows}</table:table>")
    };
    let style = |(name, display): (&str, bool)| {
        format!(
            "<style:style style:name=\"{name}\" style:family=\"table\"><style:table-properties table:display=\"{display}\"/></style:style>"
        )
    };
    let styles: String = [("seen", true), ("unseen", false)].into_iter().map(style).collect();
    let tables: String = sheets.iter().map(table).collect();
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    vec![
        ("mimetype".to_owned(), "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
        ("META-INF/manifest.xml".to_owned(), manifest.to_owned()),
        (
            "content.xml".to_owned(),
            format!(
                "<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
            ),
        ),
    ]
}

/// A compound file (MS-CFB) with one stream of this name: `EncryptedPackage` in a workbook with a password (MS-OFFCRYPTO
/// 2.3.4.4), `Workbook` in one of Excel 97.
pub fn compound(stream: &str) -> Vec<u8> {
    const FREE: u32 = 0xffff_ffff;
    const END: u32 = 0xffff_fffe;
    let mut header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    header.resize(24, 0);
    [0x3e_u16, 3, 0xfffe, 9, 6].iter().for_each(|word| header.extend(word.to_le_bytes()));
    header.resize(44, 0);
    let words = [1, 1, 0, 4096, END, 0, END, 0, 0];
    words.iter().for_each(|word: &u32| header.extend(word.to_le_bytes()));
    header.resize(512, 0xff);
    let mut fat: Vec<u8> = [0xffff_fffd, END].iter().flat_map(|word: &u32| word.to_le_bytes()).collect();
    fat.resize(512, 0xff);
    let entry = |name: &str, kind: u8, child: u32, start: u32| {
        let mut entry = utf_16(name, u16::to_le_bytes);
        let length = u16::try_from(entry.len() + 2).unwrap();
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        [FREE, FREE, child].iter().for_each(|word| entry.extend(word.to_le_bytes()));
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.resize(128, 0);
        entry
    };
    let mut directory = [entry("Root Entry", 5, 1, END), entry(stream, 2, FREE, END)].concat();
    directory.resize(512, 0);
    [header, fat, directory].concat()
}
