//! Several mistakes at once.

use crate::folder::{CUSTOMER, Cases, ORDER, PERMISSIONS, replace};

#[test]
fn ten_mistakes_in_three_files_are_ten_problems_in_order() {
    let mut cases = Cases::new("several/ten_mistakes_in_three_files_are_ten_problems_in_order");
    cases.check_several(
        &[
            replace(ORDER, "initial = \"open\"", "inital = \"open\""),
            replace(
                PERMISSIONS,
                "\"order:pay\" = \"Pay orders.\"",
                "\"order:pay\" = \"Pay.\"\n\"Order:Ship\" = \"Ship.\"",
            ),
            replace(PERMISSIONS, "grants = [\"order:*\"]", "grants = [\"order:*\", \"parcel:*\"]"),
            replace(CUSTOMER, "max_length = 100", "max_length = 0"),
            replace(CUSTOMER, "prefix = \"customer\"", "prefix = \"Customer\""),
            replace(ORDER, "entity = \"Customer\"", "entity = \"Costumer\""),
            replace(ORDER, "maximum = 9", "maximum = \"9\""),
            replace(ORDER, "index = \"GSI1\"", "index = \"GSI99\""),
            replace(ORDER, "permission = \"order:pay\"\n", ""),
            replace(ORDER, "input = [\"note\"]", "input = [\"nota\"]"),
        ],
        10,
    );
    cases.finish();
}
