//! Every oddity of `hw-notes/at_oddities.md` and its test, by number. Each says what a real modem says and holds
//! what signpost makes of it; the witness of the rig (`signpost::at::rig`) looks on at every step.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop the moment an assumption fails

mod answers;
mod boot;
mod identity;
mod sending;
mod texts;

macro_rules! oddities {
    ($($number:literal $file:ident::$name:ident)*) => {
        const ODDITIES: &[u32] = &[$($number),*];
        $(#[test] fn $name() { $file::$name() })*
    };
}

oddities! {
    1 answers::echo_stays_on_or_stands_before_the_first_command_alone
    2 answers::lines_end_in_other_ways
    3 answers::spaces_round_the_colon
    4 answers::quotes_are_missing_doubled_or_round_numbers
    5 answers::fewer_or_more_fields
    6 answers::an_answer_and_news_of_registration
    7 answers::something_unasked_in_the_middle
    8 sending::something_unasked_glued_to_the_prompt_or_the_end
    9 sending::the_prompt_in_other_forms
    10 sending::the_pdu_comes_back_as_echo
    11 sending::the_reference_in_other_forms_or_missing
    12 sending::references_that_help_nobody
    13 answers::errors_in_words
    14 answers::an_error_of_the_other_kind
    15 texts::storages_unquoted_unlisted_and_index_0
    16 texts::a_pushed_text_in_other_forms
    17 texts::a_pushed_report_in_other_forms
    18 texts::lists_out_of_order_cut_short_or_in_words
    19 texts::an_empty_slot
    20 texts::storages_with_and_without_names
    21 answers::lists_of_what_is_offered
    22 identity::imei_and_iccid_in_every_form
    23 answers::two_values_for_one_question
    24 answers::the_name_of_the_operator
    25 boot::noise_of_a_start
    26 boot::ports_that_take_no_commands
    27 sending::esc_is_answered_by_ok_by_nothing_or_late
    28 boot::an_ok_that_is_old
    29 boot::the_sim_is_not_ready
    30 texts::memory_full
    31 texts::calls
    32 texts::words_of_the_network
    33 boot::a_line_without_end
}

#[test]
fn every_oddity_has_exactly_one_test() {
    let listed = include_str!("../../hw-notes/at_oddities.md").lines();
    let numbers: Vec<u32> =
        listed.filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok()).collect();
    assert_eq!(numbers, ODDITIES);
}
