-- Base + expansion - contraction - churn = current, and GRR keeps base - contraction
-- - churn, for every row.

select *
from {{ ref('kpi_retention') }}
where
    nrr_base_yuan + nrr_expansion_yuan - nrr_contraction_yuan - nrr_churn_yuan
    <> nrr_current_yuan
    or nrr_base_yuan - nrr_contraction_yuan - nrr_churn_yuan <> grr_kept_yuan
