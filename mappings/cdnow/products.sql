-- What is sold: the shipped catalogue is a telecom operator's.
select
    product_id,
    line,
    is_informatisation,
    is_dedicated_line,
    name_zh,
    name_en

from (
    values ('CD', 'marketing', false, false, '光盘', 'CDs')
) as products (
    product_id, line, is_informatisation, is_dedicated_line, name_zh, name_en
)
