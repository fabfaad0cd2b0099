{# The measures of every family, as models/intermediate/measures yields them. #}
{% macro measures() -%}
    {{ return({
        'customers': [
            'active_customers', 'new_customers', 'back_customers', 'lost_customers',
            'attached_lines', 'churned_customers', 'moved_customers', 'value_points',
            'valued_customers',
        ],
        'retention': [
            'cohort_customers', 'cohort_active_customers', 'kept_cohort_customers',
            'kept_cohort_active_customers', 'target_cohort_customers',
            'target_cohort_active_customers', 'returned_customers', 'nrr_base_yuan',
            'nrr_current_yuan', 'grr_kept_yuan', 'nrr_expansion_yuan',
            'nrr_contraction_yuan', 'nrr_churn_yuan', 'expiring_customers',
            'lines_at_start', 'churned_lines', 'exited_lines', 'mean_lines',
            'usage_charge_yuan', 'cohort_mean_lines', 'cohort_charge_yuan',
            'traffic_base_minutes', 'traffic_change_minutes', 'approached_customers',
            'switching_customers', 'warned_customers', 'evaluated_customers',
            'evaluated_warned_customers', 'evaluated_lost_customers',
            'evaluated_warned_lost_customers',
        ],
        'revenue': [
            'operating_revenue', 'info_revenue', 'minimum_top_up',
            'customer_paid_revenue', 'arrears_yuan', 'dedicated_lines',
            'lines_in_service', 'product_customers', 'products_held',
            'cross_sold_customers', 'market_units',
        ],
        'satisfaction': [
            'overall_points', 'overall_interviews', 'loyalty_points',
            'loyalty_interviews', 'emotional_points', 'emotional_interviews',
            'rational_points', 'rational_interviews', 'dissatisfied_interviews',
            'overall_answered_interviews', 'asked_interviews', 'complete_interviews',
            'nps_points', 'nps_interviews',
        ],
        'hotline': [
            'demand_calls', 'answered_calls', 'abandoned_calls', 'blocked_calls',
            'waiting_calls', 'answered_in_time_calls', 'ivr_calls',
            'ivr_contained_calls', 'followed_up_calls', 'repeated_calls',
            'answers_timed', 'answer_seconds', 'handlings_timed', 'handling_seconds',
            'cities', 'covered_cities',
        ],
        'management': [
            'executive_visits', 'competitor_events', 'kept_events', 'decided_events',
            'visited_customers', 'assignable_customers', 'unmanaged_customers',
            'key_customers', 'chief_customers',
        ],
        'tickets': [
            'opened_tickets', 'complaints', 'credit_amount_yuan',
            'reclassified_tickets', 'hall_tickets', 'misbooked_tickets',
            'dispatched_tickets', 'misrouted_tickets', 'hotline_tickets',
            'handed_over_tickets', 'promised_tickets', 'replied_in_time_tickets',
            'closed_tickets', 'reopened_tickets', 'closed_faults',
            'restored_24h_faults', 'restored_48h_faults', 'overdue_tickets',
        ],
        'orders': [
            'received_orders', 'promised_orders', 'on_time_orders', 'final_orders',
            'smooth_orders', 'signed_agreements', 'backlog_orders',
        ],
        'halls': [
            'queue_tickets', 'walked_away_tickets', 'fast_lane_tickets',
            'waits_timed', 'wait_minutes', 'limited_waits', 'waits_within_limit',
            'payments', 'self_service_payments', 'timed_transactions',
            'handling_minutes',
        ],
    }) }}
{%- endmacro %}

{# Select list: the sum of each measure under its own name. #}
{% macro summed(names) -%}
    {%- for name in names %}
    sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# How many of its denominator the value of a KPI speaks of: complaints are told per
   thousand customers, everything else per one. #}
{% macro counted_per(kpi) -%}
    case when {{ kpi }} = 'complaint_rate' then 1000 else 1 end
{%- endmacro %}

{# Select list: every measure of a family, null but for those given. #}
{% macro only_measures(family, given) -%}
    {%- for name in measures()[family] %}
    {{ given.get(name, 'null') }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Select list: every measure of a family as a relation holds it. #}
{% macro measures_of(family, relation) -%}
    {%- for name in measures()[family] %}
    {{ relation }}.{{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Select list: the sum of every measure of a family, typed by what its name says. #}
{% macro typed_sums(family) -%}
    {%- for name in measures()[family] %}
    {%- if name.endswith('_yuan') %}{% set type = 'decimal(18, 2)' %}
    {%- elif name.endswith('_minutes') %}{% set type = 'decimal(28, 6)' %}
    {%- elif name.endswith('mean_lines') %}{% set type = 'decimal(18, 1)' %}
    {%- elif name.endswith('_points') %}{% set type = 'double' %}
    {%- else %}{% set type = 'bigint' %}
    {%- endif %}
    cast(sum({{ name }}) as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# What the value score is made of, with the column that holds it. #}
{% macro value_inputs() -%}
    {{ return({
        'revenue': 'revenue_yuan',
        'info_revenue': 'info_revenue_yuan',
        'product_lines': 'product_lines',
        'members': 'members',
        'employees': 'employees',
        'tenure': 'tenure_days',
    }) }}
{%- endmacro %}

{# What a customer is warned of, as warning_rules names it. #}
{% macro warning_signals() -%}
    {{ return([
        'member_churn', 'revenue_fall', 'traffic_fall', 'competitor_contacts',
        'contract_expiry', 'overdue_promise', 'low_satisfaction', 'no_visit', 'arrears',
        'competitor_event',
    ]) }}
{%- endmacro %}

{# What an interview is scored on; `indicator` stands for each indicator on its own. #}
{% macro constructs() -%}
    {{ return(['overall', 'loyalty', 'emotional', 'rational', 'indicator']) }}
{%- endmacro %}

{# The indicators of which satisfaction is explained. #}
{% macro indicators() -%}
    {{ return([
        'product', 'manager', 'channel', 'communication', 'relationship', 'network',
    ]) }}
{%- endmacro %}
