"""What people know about the sample files, written down by hand from looking at them.

Encodings, delimiters and column types of real files; the fields that a lead import should offer
for their columns. A column that is not named here should be left out.
"""

from typing import NamedTuple

SPECTRUM = (
    *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates"),
    *("newlines", "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"),
)


class Written(NamedTuple):
    """A file and how it is written. `saved_as` makes a variant of it in another encoding."""

    name: str
    encoding: str = "utf-8"
    delimiter: str = ","
    saved_as: str | None = None


FILES = (
    Written("02_lead_scoring/x_education/lead_scoring.csv.gz"),
    Written("03_churn_repeat_purchase/cdnow_customers_summary_expected.csv"),
    Written("03_churn_repeat_purchase/telco_customer_churn_ibm.csv"),
    Written("04_sales_forecast/m3_monthly_1428.csv.gz"),
    Written("04_sales_forecast/online_retail_II_2009-12_2010-12.csv.gz"),
    Written("04_sales_forecast/superstore_sales.csv.gz", "utf-8-sig"),
    Written("05_support_kb/banking77_train.csv"),
    Written("05_support_kb/italian_helpdesk_event_log.csv"),
    Written("05_support_kb/kaggle_customer_support_tickets_8469.csv.gz"),
    Written("05_support_kb/synthetic_sla_tickets.csv"),
    Written("06_feedback_sentiment/en_airline_tweets.csv.gz"),
    Written("06_feedback_sentiment/zh_online_shopping_9_cats_no_hotel.csv.gz"),
    Written("06_feedback_sentiment/zh_waimai_10k.csv"),
    Written("07_dedup/company_name_pairs_labelled.csv", "utf-8-sig"),
    Written("07_dedup/febrl_dataset1.csv"),
    Written("07_dedup/febrl_dataset3.csv"),
    Written("07_dedup/phone_normalisation_part_a.csv"),
    Written("07_dedup/zh_company_full_vs_brand_part_a.csv"),
    Written("08_marketing/marketing_campaign.csv", "utf-8-sig", ";"),
    Written("08_marketing/uci_bank_additional_full.csv.gz", "utf-8", ";"),
    Written("09_import_files/contacts_csv/atomic_crm_contacts_export.csv"),
    Written("09_import_files/contacts_csv/atomic_crm_sample_template.csv"),
    *(Written(f"09_import_files/csv_spectrum/{name}.csv") for name in SPECTRUM),
)

VARIANTS = (
    *(
        Written("06_feedback_sentiment/zh_waimai_10k.csv", encoding, saved_as=codec)
        for encoding, codec in (
            ("gb18030", "gbk"),
            ("utf-8-sig", "utf-8-sig"),
            ("utf-16", "utf-16"),
            ("utf-16-le", "utf-16-le"),
        )
    ),
    Written("07_dedup/zh_company_full_vs_brand_part_a.csv", "gb18030", saved_as="gbk"),
    Written("05_support_kb/banking77_train.csv", "cp1252", saved_as="cp1252"),
)

_TYPES = {
    FILES[0].name: """
        Prospect ID: text, Lead Number: integer, Lead Origin: enum, Lead Source: enum,
        Do Not Email: boolean, Converted: boolean, TotalVisits: integer,
        Page Views Per Visit: decimal, City: enum, Lead Quality: enum""",
    "03_churn_repeat_purchase/telco_customer_churn_ibm.csv": """
        customerID: text, gender: enum, Partner: boolean, tenure: integer, Contract: enum,
        MonthlyCharges: decimal, TotalCharges: decimal, Churn: boolean""",
    "04_sales_forecast/online_retail_II_2009-12_2010-12.csv.gz": """
        Description: text, Quantity: integer, InvoiceDate: date, Price: decimal, Country: enum""",
    "04_sales_forecast/superstore_sales.csv.gz": """
        Order ID: text, Order Date: date, Ship Date: date, Customer Name: text, Segment: enum,
        Sales: decimal, Quantity: integer, Profit: decimal""",
    "05_support_kb/kaggle_customer_support_tickets_8469.csv.gz": """
        Customer Name: text, Customer Email: email, Customer Age: integer,
        Date of Purchase: date, Ticket Description: text, Ticket Priority: enum""",
    "05_support_kb/synthetic_sla_tickets.csv": """
        ticket_id: text, created_date: date, channel: enum, first_response_minutes: decimal,
        resolution_hours: decimal, response_sla_met: boolean, week: text, hour_of_day: integer""",
    "06_feedback_sentiment/en_airline_tweets.csv.gz": """
        tweet_id: text, airline_sentiment: enum, text: text, tweet_created: date""",
    "06_feedback_sentiment/zh_waimai_10k.csv": "label: boolean, review: text",
    "07_dedup/febrl_dataset1.csv": """
        rec_id: text, given_name: text, surname: text, state: enum, date_of_birth: date,
        soc_sec_id: integer""",
    "07_dedup/phone_normalisation_part_a.csv": """
        type: enum, raw_international: phone, expected_e164: phone""",
    "07_dedup/zh_company_full_vs_brand_part_a.csv": "full_name: text, expected_brand: text",
    "08_marketing/marketing_campaign.csv": """
        Education: enum, Income: integer, Dt_Customer: date, Response: boolean""",
    "08_marketing/uci_bank_additional_full.csv.gz": """
        age: integer, job: enum, euribor3m: decimal, y: boolean""",
    "09_import_files/contacts_csv/atomic_crm_contacts_export.csv": """
        first_name: text, gender: enum, first_seen: date, has_newsletter: boolean,
        email_other: email, phone_work: phone, phone_home: phone, nb_tasks: integer""",
}

_MAPPINGS = {
    "09_import_files/contacts_csv/atomic_crm_contacts_export.csv": """
        id: external_id, first_name: given_name, last_name: family_name, title: job_title,
        has_newsletter: consents.email, tags: tags, company: company, email_other: email,
        phone_work: phone""",
    "09_import_files/contacts_csv/atomic_crm_sample_template.csv": """
        first_name: given_name, last_name: family_name, title: job_title,
        has_newsletter: consents.email, tags: tags, company: company, email_work: email,
        phone_work: phone""",
    FILES[0].name: """
        Prospect ID: external_id, Lead Source: source, Do Not Email: consents.email,
        Do Not Call: consents.phone, Country: country, Specialization: interest,
        What is your current occupation: job_title, Tags: tags, City: city""",
    "05_support_kb/kaggle_customer_support_tickets_8469.csv.gz": """
        Customer Name: name, Customer Email: email, Product Purchased: interest,
        Ticket Priority: urgency, Ticket Channel: source""",
    "07_dedup/febrl_dataset1.csv": "given_name: given_name, surname: family_name, state: region",
}


def expected_types() -> dict[str, dict[str, str]]:
    """The type of some columns, by file."""
    return {name: _pairs(text) for name, text in _TYPES.items()}


def expected_mappings() -> dict[str, dict[str, str]]:
    """The lead field that each column should be proposed for, by file."""
    return {name: _pairs(text) for name, text in _MAPPINGS.items()}


def _pairs(text: str) -> dict[str, str]:
    pairs = " ".join(text.split()).split(", ")
    return {heading: said for heading, _, said in (pair.rpartition(": ") for pair in pairs)}
