-- 回访: interviews with customers and with visitors of halls, as they are delivered.

create view survey_response_rows as
select
    printf('S%06d', own.response_no) as response_id,
    own.wave,
    -- Some who speak of a rival are no customers of ours, or do not say whose they are.
    case
        when own.competitor is null or draw('dual', own.ik) < 0.6 then own.customer_id
    end as customer_id,
    cast(null as varchar) as hall_id,
    case
        when own.competitor is not null or draw('branch said', own.ik) < 0.8
            then own.branch_id
    end as branch_id,
    -- Members of a customer are many; its contact is the same person in every wave.
    left(
        md5(
            concat_ws(
                '/',
                'jike/respondent',
                own.customer_id,
                own.role,
                case when own.role = 'member' then own.ik end
            )
        ),
        16
    ) as respondent_id,
    own.role,
    own.tier,
    own.mode,
    case
        when own.competitor is not null then '衡川市场研究'
        when own.mode in ('cati', 'face') and draw('agency', own.ik) < 0.45
            then ['衡川市场研究', '澜信咨询'][1 + pick('agency name', own.ik, 2)]
    end as agency,
    own.invited_on,
    case
        when own.status not in ('refused', 'no_answer')
            then at_work(own.invited_on + pick('answered on', own.ik, 18), own.ik)
    end as answered_at,
    own.status,
    own.competitor
from interview as own
union all
select
    printf('V%06d', own.visit_no),
    strftime(own.visit_month, '%Y-%m'),
    null,
    own.hall_id,
    case when draw('branch said', own.vk) < 0.3 then own.branch_id end,
    case
        when draw('number said', own.vk) < 0.8
            then left(md5('jike/visitor/' || own.vk), 16)
    end,
    'hall_visitor',
    null,
    case
        when draw('survey mode', own.vk) < 0.55 then 'face'
        when draw('survey mode', own.vk) < 0.84 then 'sms'
        when draw('survey mode', own.vk) < 0.94 then 'cati'
        else 'web'
    end,
    case when draw('agency', own.vk) < 0.3 then '澜信咨询' end,
    own.visited_on,
    case
        when own.status not in ('refused', 'no_answer')
            then at_work(own.visited_on, own.vk)
    end,
    own.status,
    null
from visit_drawn as own;

create view survey_answer_rows as
with answers as (
    select ik, item_code, null as answer_code, score from item_scores
    union all
    select ik, item_code, answer_code, score from rival_answers
    union all
    select ik, item_code, answer_code, score from customer_reasons
),

visit_answers as (
    select vk, item_code, null as answer_code, score from visit_scores
    union all
    select vk, item_code, answer_code, score from visit_reason_answers
)

select
    printf('S%06d', own.response_no) as response_id,
    answers.item_code,
    answers.answer_code,
    cast(answers.score as integer) as score
from answers
inner join interview as own
    on answers.ik = own.ik
union all
select
    printf('V%06d', own.visit_no),
    visit_answers.item_code,
    visit_answers.answer_code,
    cast(visit_answers.score as integer)
from visit_answers
inner join visit_drawn as own
    on visit_answers.vk = own.vk;
