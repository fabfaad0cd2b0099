-- The file tells no centres apart.
select
    centre_id,
    name_zh,
    name_en

from (values ('all', '呼叫中心', 'Call centre')) as centres (centre_id, name_zh, name_en)
