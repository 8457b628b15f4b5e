"""The names that columns carry in people's files, in English and Chinese, by what they mean."""

HEADINGS = """
external_id: prospect id, external id, record id, 客户编号, 线索编号, 外部编号, 编号, 编码,
    序列号, id, uuid
name: name, full name, contact name, contact, lead name, person, customer name, 姓名,
    联系人, 联系人姓名, 客户姓名, 名字, 客户名, 称呼, 聯絡人
given_name: first name, given name, forename, fname, 名
family_name: last name, family name, surname, lname, 姓, 姓氏
email: email, e-mail, mail, email address, e-mail address, work email, business email,
    email work, primary email, 邮箱, 电子邮箱, 电子邮件, 邮件, 邮箱地址, 邮件地址, 工作邮箱,
    信箱, 電子郵件, 联系邮箱
mobile: mobile, mobile phone, mobile number, cell, cell phone, cellphone, phone mobile,
    手机, 手机号, 手机号码, 移动电话, 联系手机, 手機, 手機號碼
phone: phone, telephone, tel, phone number, telephone number, contact phone, contact number,
    contact phone number, work phone, phone work, business phone, 电话, 电话号码, 联系电话,
    联系方式, 固话, 座机, 办公电话, 公司电话, 電話, 聯絡電話
company: company, company name, organisation, organization, account, account name, employer,
    firm, business name, 公司, 公司名称, 企业, 企业名称, 单位, 单位名称, 客户名称, 所属公司,
    工作单位, 公司名稱, 机构
job_title: title, job title, position, role, job, occupation, 职位, 职务, 岗位, 头衔, 職稱,
    職位
department: department, dept, 部门, 部門
website: website, web site, web, url, homepage, company website, 网站, 网址, 官网, 公司网址,
    網站
industry: industry, sector, vertical, line of business, 行业, 所属行业, 产业, 行業
company_size: company size, employees, number of employees, headcount, no of employees,
    staff, 人数, 公司规模, 企业规模, 员工人数, 员工数, 规模, 公司人数
country: country, country region, nation, 国家, 国别, 國家
region: region, state, province, territory, area, state province, 地区, 省份, 省, 区域,
    大区, 所在地区, 地區
city: city, town, 城市, 市, 所在城市
address: address, street, street address, mailing address, 地址, 详细地址, 通讯地址,
    公司地址, 联系地址
postal_code: zip, zip code, postcode, postal code, 邮编, 邮政编码
source: source, lead source, channel, origin, lead origin, 来源, 线索来源, 客户来源, 渠道,
    来源渠道, 獲客渠道, 获客渠道, 推广渠道
campaign: campaign, campaign name, utm campaign, 活动, 市场活动, 推广计划, 营销活动,
    活动名称
interest: interest, product interest, product, interested in, specialization, service, 兴趣,
    意向, 意向产品, 需求产品, 感兴趣的产品, 产品, 关注产品, 咨询产品
budget: budget, amount, estimated value, deal value, 预算, 预算金额, 采购预算, 金额,
    预计金额
currency: currency, 币种, 货币, 幣別
urgency: urgency, priority, timeframe, timeline, 紧急程度, 紧迫度, 优先级, 时间要求,
    采购时间
status: status, lead status, stage, 状态, 线索状态, 跟进状态, 阶段, 狀態
score: score, lead score, rating, 评分, 得分, 分数, 线索评分
owner: owner, lead owner, sales, salesperson, sales rep, assigned to, account manager,
    负责人, 所有者, 销售, 销售人员, 跟进人, 业务员, 归属人, 客户经理, 負責人
tags: tags, tag, labels, label, keywords, 标签, 客户标签, 標籤, 分类, 类别
notes: notes, note, comment, comments, remarks, remark, description, message, background,
    备注, 说明, 描述, 留言, 注释, 备注信息, 備註, 沟通记录
created_at: created, created at, create date, date created, creation date, first seen,
    date added, 创建时间, 创建日期, 录入时间, 登记时间, 提交时间, 添加时间, 建立日期
language: language, locale, preferred language, 语言, 首选语言
do_not_email: do not email, email opt out, has opted out of email, opted out of email,
    unsubscribed, unsubscribed from all email, email unsubscribed, no email, 不接收邮件, 退订邮件,
    邮件退订, 拒收邮件
do_not_call: do not call, phone opt out, no calls, 不接收电话, 勿打电话, 电话勿扰, 拒接电话
do_not_sms: do not text, do not sms, sms opt out, 不接收短信, 退订短信, 短信退订, 拒收短信
consent_email: email opt in, newsletter, has newsletter, subscribed, email consent,
    接收邮件, 订阅邮件, 邮件订阅, 同意接收邮件
consent_phone: phone consent, call consent, 同意接听电话, 接收电话
consent_sms: sms consent, sms opt in, 接收短信, 同意接收短信
wechat: wechat, weixin, wechat id, 微信, 微信号, 微信號
"""
