//! Every story by its name, a list per theme.
//! Must never leave a story out: one that is on no list does not run.
use acceptance::Stack;
use libtest_mimic::{Failed, Trial};

/// Names a story after its function and runs it in a runtime of its own.
macro_rules! stories {
    ($stack:expr, $($module:ident: [$($story:ident),* $(,)?]),* $(,)?) => {
        vec![$($(story($stack, concat!(stringify!($module), "::", stringify!($story)),
            |stack| Box::pin(crate::$module::$story(stack)))),*),*]
    };
}

type Run = fn(Stack) -> std::pin::Pin<Box<dyn Future<Output = ()>>>;

fn story(stack: Option<&Stack>, name: &str, run: Run) -> Trial {
    let found = stack.cloned();
    let trial = Trial::test(name, move || {
        let stack = found.ok_or("no stack: run `make test`, or set PLIXO_STACK")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| Failed::from(error.to_string()))?.block_on(run(stack));
        Ok(())
    });
    trial.with_ignored_flag(stack.is_none())
}

/// All that may run side by side.
pub(crate) fn together(stack: Option<&Stack>) -> Vec<Trial> {
    let parts = [money, links, cases, files_and_mails, guards];
    parts.into_iter().flat_map(|part| part(stack)).collect()
}

/// From the button to the books.
fn money(stack: Option<&Stack>) -> Vec<Trial> {
    stories!(stack,
        pay: [
            a_card_payment_shows_paid_at_once_and_closes_the_cadence,
            a_declined_card_may_be_tried_again_and_its_code_is_on_the_timeline,
            a_bank_account_refused_at_once_leaves_the_checkout_open,
            leaving_checkout_costs_nothing_and_keeps_the_link,
            two_tabs_get_the_same_session,
            twenty_presses_at_once_make_one_session,
            a_forged_return_address_pays_nothing,
            a_bank_payment_is_processing_until_it_settles,
            a_bank_payment_that_fails_releases_the_link_and_tells_the_payer,
            a_balance_below_the_minimum_says_so_instead_of_a_button,
            yen_and_dinar_are_charged_in_their_own_units,
            ach_is_offered_to_dollar_invoices_of_us_sellers_only,
            a_lost_answer_leads_to_the_same_session,
            a_stored_failure_is_looked_up_before_a_new_try,
            stripe_being_away_says_try_again_and_holds_nothing_up,
        ],
        webhook: [
            faults_row_1_a_hundred_deliveries_make_one_payment_and_one_receipt,
            faults_row_2_two_endpoints_and_every_kind_of_event_make_one_payment,
            faults_row_3_events_in_reverse_order_end_the_same,
            faults_row_4_a_payment_without_webhook_is_found_by_the_reconciler,
            faults_row_4_a_bank_payment_without_webhook_is_found_in_the_events_of_its_account,
            faults_row_5_an_event_before_our_row_is_asked_for_again_and_kept_in_the_end,
            faults_row_7_an_event_of_another_tenants_account_changes_nothing,
            faults_row_8_a_live_event_on_a_test_stack_is_ignored,
            faults_row_9_a_forged_delivery_is_refused_and_stores_nothing,
            faults_row_13_a_second_payment_is_kept_and_flagged,
            faults_row_15_another_amount_is_never_taken_as_paid,
            faults_row_18_refunds_add_up_on_the_timeline,
            faults_row_19_a_chargeback_is_shown_from_opening_to_end,
            an_expired_session_releases_the_invoice,
        ],
        receipts: [
            the_receipt_is_made_once_mailed_to_each_contact_and_downloadable,
            text_of_any_language_is_in_the_receipt,
            a_receipt_needs_a_link_and_a_payment,
        ],
    )
}

/// What opens an invoice, and what no longer does.
fn links(stack: Option<&Stack>) -> Vec<Trial> {
    stories!(stack,
        regenerate: [
            the_old_link_is_refused_from_that_commit_on,
            an_open_session_of_the_old_link_is_expired_at_stripe,
            a_session_found_complete_becomes_the_payment,
            the_new_link_is_mailed_if_asked,
            only_roles_that_may_can_and_only_their_own_invoices,
        ],
        dead_links: [
            forged_malformed_and_foreign_tokens_get_one_identical_404,
            a_link_dies_after_seven_days_of_rest_and_not_before,
            paying_coming_back_and_the_receipt_count_as_use,
            a_dead_link_can_have_a_new_one_mailed_once_in_a_while,
            a_link_deleted_early_is_expired_and_can_be_replaced,
            a_spent_link_still_shows_what_was_paid,
            the_sweeper_notes_an_expiry_once,
            faults_row_23_a_thousand_opens_by_six_scanners_spend_nothing_and_open_nothing,
            faults_row_24_a_scanner_that_clicks_every_control_reaches_no_outcome,
        ],
        limits: [
            a_link_that_sends_too_much_is_asked_to_wait_and_nothing_is_lost,
            a_file_too_many_is_told_to_the_script,
            an_address_that_asks_for_link_after_link_is_asked_to_wait,
        ],
    )
}

/// What payers send instead of paying at once.
fn cases(stack: Option<&Stack>) -> Vec<Trial> {
    stories!(stack,
        plans: [
            a_plan_is_shown_before_it_is_sent_and_reaches_queue_and_mailboxes,
            a_form_that_is_wrong_says_so_at_each_field_and_keeps_what_was_typed,
            a_plan_over_the_limit_is_approved_by_the_controller_or_legal_only,
            an_approved_plan_is_paid_each_instalment_through_its_own_link,
            a_missed_instalment_flags_the_plan_and_wakes_the_cadence,
            a_declined_plan_opens_the_invoice_again_through_a_new_link,
            yen_and_dinar_are_cut_into_instalments_exactly,
        ],
        promises: [
            a_promise_is_kept_through_the_link_that_comes_the_day_before,
            a_promise_that_is_not_kept_is_marked_and_the_cadence_goes_on,
            a_promise_over_a_part_leaves_the_rest_open,
            a_promise_of_nothing_too_late_or_too_much_is_refused_at_its_field,
        ],
        disputes: [
            a_dispute_reaches_its_queue_with_its_deadline_and_the_payer_gets_a_copy,
            what_is_not_disputed_can_be_paid_at_once,
            a_rejected_dispute_opens_the_invoice_through_a_new_link,
            an_accepted_dispute_closes_the_invoice_and_a_part_leaves_the_rest,
            the_seller_asks_and_the_payer_adds_text_and_files_through_a_fresh_link,
            the_deadline_moves_from_open_to_at_risk_to_late_by_the_schedule,
            a_case_is_assigned_filtered_and_paged,
            cases_are_for_their_own_sellers_operators_with_the_right_roles,
            a_dispute_without_what_its_reason_asks_for_is_refused_at_its_field,
        ],
        submissions: [
            faults_row_29_a_form_pressed_twenty_times_is_taken_once,
            faults_row_27_of_a_new_link_and_a_submission_one_comes_first,
            faults_row_33_a_colleague_sees_the_outcome_and_cannot_send_another,
        ],
        submissions_late: [
            faults_row_31_a_form_sent_after_the_link_expired_keeps_what_was_typed,
            faults_row_31_a_form_sent_after_an_operator_replaced_the_link_keeps_what_was_typed,
            faults_row_31_an_answer_sent_after_the_link_died_keeps_what_was_typed,
            what_was_taken_is_never_called_unsent,
            a_checkout_in_another_tab_is_ended_by_a_submission,
            a_checkout_that_was_complete_already_closes_the_case_as_settled,
            a_checkout_that_cannot_be_ended_now_is_ended_by_the_reconciler,
        ],
        case_queues: [
            faults_row_35_entries_twice_and_backwards_leave_one_line_in_the_latest_state,
            faults_row_39_what_cannot_be_filed_fails_alone_and_the_rest_is_filed,
            faults_row_38_a_case_never_confirmed_is_published_again_without_a_second_effect,
        ],
        documents: [
            every_kind_arrives_byte_for_byte_by_the_plain_form,
            ten_files_one_of_25_mb_arrive_byte_for_byte_by_the_script,
            faults_row_46_only_what_is_known_clean_is_given_out,
            an_infected_document_can_be_replaced_when_the_seller_asks,
            faults_row_47_a_name_reaches_no_key_and_no_header_as_it_was,
            faults_row_54_documents_are_for_their_own_sellers_operators,
            files_of_a_refused_form_are_kept_and_can_be_unticked,
            no_log_holds_a_documents_name_or_what_opens_it,
        ],
        uploads: [
            faults_row_43_s3_takes_only_what_the_ticket_says,
            faults_row_43_an_upload_counts_only_through_its_own_link,
            faults_row_43_too_much_is_refused_and_costs_nothing_typed,
            faults_row_44_hostile_files_are_refused_by_content,
            an_answers_uploads_count_through_the_questions_own_link,
        ],
        bucket: [
            documents_are_private_encrypted_and_versioned,
            faults_row_43_what_nobody_submitted_is_swept_and_nothing_else,
            faults_row_45_what_is_written_over_a_document_later_is_not_given_out,
        ],
    )
}

/// What comes in by file and goes out by mail.
fn files_and_mails(stack: Option<&Stack>) -> Vec<Trial> {
    stories!(stack,
        invoices: [
            the_list_is_paged_by_date_without_a_gap,
            each_filter_shows_what_passes_it,
            an_invoice_is_found_by_how_its_number_or_customer_begins,
            a_paid_invoice_moves_to_the_closed_ones,
            an_owner_is_kept_shown_and_told_once,
            the_link_that_lives_is_shown_and_mailed_again,
            an_operator_gets_the_payers_receipt,
            faults_row_54_another_sellers_operators_see_and_change_nothing,
            a_role_sees_what_it_may_and_changes_what_it_may,
        ],
        import: [
            good_rows_become_invoices,
            each_bad_row_is_told_with_row_field_and_reason_and_stores_nothing,
            a_row_with_two_faults_is_told_both,
            the_sample_of_bad_rows_is_rejected_row_by_row,
            posting_the_same_file_again_changes_nothing,
            other_content_under_a_known_number_is_a_conflict,
            another_tenants_same_number_is_another_invoice,
        ],
        import_files: [
            a_file_as_a_spreadsheet_saves_it_is_read_exactly,
            a_file_that_cannot_be_read_is_a_422_that_says_why,
            a_file_of_the_wrong_kind_or_size_says_what_to_do,
            the_address_may_name_the_currency_of_rows_without_one,
            only_roles_that_import_may,
        ],
        settings: [
            settings_are_changed_kept_and_told,
            settings_that_somebody_else_has_changed_are_not_overwritten,
            wrong_settings_are_told_at_their_fields_and_change_nothing,
            faults_row_56_settings_are_changed_by_those_who_may,
            the_preview_is_the_mail_that_then_arrives,
        ],
        office: [
            at_sign_in_every_role_is_told_for_whom_it_works,
            the_audit_says_who_did_what_by_user_and_time,
            an_exported_audit_calculates_nothing,
            an_import_is_in_the_history_and_its_rejects_can_be_mended,
            faults_row_13_a_second_payment_is_a_notice_until_somebody_closes_it,
        ],
        cadence: [
            the_first_mail_reaches_each_contact_alone_and_its_link_opens,
            a_later_step_carries_the_same_link_while_it_lives,
            a_later_step_carries_a_new_link_once_the_old_is_dead,
            two_runs_at_once_send_one_mail,
            no_mail_goes_out_once_paid_or_while_a_payment_is_on_its_way,
            a_bank_payment_that_fails_lets_the_steps_go_on,
        ],
        timeline: [
            the_operator_reads_what_happened_with_time_actor_and_facts,
            every_entry_reaches_the_bus_and_is_confirmed,
            faults_row_38_an_entry_never_confirmed_is_published_again_without_a_second_effect,
            what_the_sweeper_publishes_reaches_the_mailer,
            faults_row_39_a_poison_message_fails_alone_in_its_batch,
        ],
    )
}

/// What must not happen.
fn guards(stack: Option<&Stack>) -> Vec<Trial> {
    stories!(stack,
        bad_input: [
            a_wrong_method_is_a_405_that_names_the_right_ones,
            an_unknown_path_is_a_404_that_suits_the_caller,
            every_good_answer_carries_the_same_guards,
            a_form_from_another_site_is_refused,
            a_form_of_the_wrong_kind_or_size_is_refused,
            garbage_in_addresses_and_headers_changes_nothing,
            malformed_ids_and_bodies_of_the_api_are_refused,
            faults_row_51_bodies_of_any_size_to_the_webhook_get_a_4xx,
            a_page_fetched_below_the_stage_pays_below_the_stage,
        ],
        submissions_refused: [
            faults_row_24_a_scanner_that_fills_nothing_in_sends_nothing,
            faults_row_34_a_submission_from_another_site_is_refused,
            faults_row_34_every_answer_to_a_form_carries_the_guards,
            faults_row_51_forms_of_any_size_and_kind_get_a_4xx,
            faults_row_51_a_field_that_comes_twice_counts_once,
        ],
        submissions_text: [
            faults_row_48_text_of_any_script_is_read_exactly_by_the_operator,
            faults_row_48_an_answer_in_any_script_is_read_exactly,
            faults_row_48_what_cannot_be_taken_is_refused_at_its_field,
            faults_row_52_a_script_that_was_typed_is_text_on_every_page_and_in_every_mail,
        ],
        roles: [
            faults_row_54_another_sellers_objects_are_unknown_and_counted,
            faults_row_55_only_a_genuine_id_token_of_this_pool_lets_in,
            faults_row_55_a_disabled_operator_gets_no_new_token,
            faults_row_56_each_role_is_let_in_exactly_where_the_table_says,
        ],
        secrets: [
            faults_row_57_no_log_holds_a_token_an_address_or_a_secret,
            every_line_is_json_and_names_its_request,
        ],
    )
}

/// These count what the whole stack does, or keep it busy: nothing else may run beside them.
pub(crate) fn alone(stack: Option<&Stack>) -> Vec<Trial> {
    stories!(stack,
        figures: [
            each_request_costs_no_more_than_its_floor,
            faults_row_25_guessed_tokens_cost_no_read,
            every_page_fits_one_round_trip,
        ],
        timeline: [faults_row_39_a_poison_message_is_put_aside_and_the_mail_goes_on],
        submissions: [faults_row_28_a_thousand_submissions_at_once_leave_one_outcome],
        office: [faults_row_39_a_message_put_aside_is_shown_to_operators],
        case_queues: [faults_row_39_poison_is_put_aside_and_the_queues_go_on],
        import_files: [ten_thousand_rows_go_in_and_are_then_unchanged],
    )
}
