"""What companies' names end with in many languages, and the words that say only their trade.

Folded, without dots. A legal form is dropped from a name; a word of trade is dropped only to find
the brand. Written down from general knowledge of company law and commerce.
"""

from functools import cache

from shared.domain.text import fold

_LATIN_FORMS = """
    inc incorporated corp corporation co company companies ltd limited llc llp lllp lp plc pllc pc
    pty pte pvt private unltd unlimited gmbh mbh ag aktiengesellschaft kg kgaa ohg gbr ug ev eg se
    sa sas sasu sarl eurl snc sca scs sci sprl bvba bv nv vof cv asbl vzw srl spa sapa sl slu slne
    sc scl cooperativa ltda eireli lda sgps ab hb kb as asa ans aps is ks ky oy oyj tmi ehf hf
    doo dooel dd ad ead ood eood jsc pjsc ojsc cjsc ooo oao zao pao ao tov at zat sro spol vos kft
    zrt nyrt bt kkt rt sp zoo spzoo sa oe ee ae epe sti anonim sirketi as bhd sdn berhad tbk pt cv
    kk gk yk kabushiki kaisha goshi gomei coltd fzco fze fzllc wll saog saoc sal sae psc qsc uab sia
    ou oue mb trust group gruppe groupe grupo gruppo holding holdings
"""
_LATIN_PHRASES = (
    *("gesellschaft mit beschrankter haftung", "societe anonyme", "sociedad anonima"),
    *("sociedad limitada", "societa per azioni", "besloten vennootschap", "naamloze vennootschap"),
    *(
        "public limited",
        "de rl de cv",
        "de cv",
        "s de rl de cv",
        "s de rl",
        "sp z oo",
        "spolka z oo",
    ),
    *("spolka z ograniczona odpowiedzialnoscia", "spolka akcyjna", "aktiebolag", "osakeyhtio"),
    *("aksjeselskap", "aktieselskab", "delnicka spolecnost", "limited liability"),
)
_CJK_FORMS = """
    股份有限责任公司 有限责任公司 股份有限公司 股份公司 集团公司 控股公司 分公司 总公司 有限公司
    公司 责任有限公司 株式会社 有限会社 合同会社 合资会社 合名会社 一般社团法人 财团法人
    医疗法人 社团法人 集团 控股 股份 有限合伙 合伙企业 普通合伙 特殊普通合伙 个体工商户
    个人独资企业 有限 企业集团 주식회사 유한회사 유한책임회사 합자회사 합명회사 그룹 グループ
    ホールディングス 株 주 有 유
"""
_LATIN_TRADES = """
    technologies technology tech systems system solutions solution software services service
    electronics electronic electric motor motors automotive communications communication telecom
    telecommunications networks network media entertainment studios pictures music
    international global worldwide enterprises enterprise industries industry industrial
    manufacturing products brands platforms partners associates consulting consultants advisory
    management capital ventures investments investment financial finance insurance bank banking
    pharmaceuticals pharmaceutical pharma healthcare health medical biotech chemicals chemical
    energy power petroleum oil gas mining steel metals materials engineering construction building
    properties property realty development logistics transport transportation shipping freight
    express airlines airways foods food beverages coffee restaurants hotels resorts retail stores
    shop store trading trade import export imports exports fashion apparel textiles design
    interactive digital online web internet labs laboratories research education design
    business machines trading
"""
_PLACES = """
    china prc hongkong taiwan japan korea asia apac europe emea america usa us uk india singapore
    deutschland germany france espana italia canada australia brasil mexico
"""
_CJK_TRADES = """
    科技 技术 网络 信息 数码 数据 软件 智能 电子 电器 电气 电力 电机 电信 通信 通讯 互联网 在线
    物联网 贸易 商贸 经贸 外贸 进出口 商务 商行 商店 商城 商场 百货 超市 便利店 销售 批发 零售
    实业 工贸 供应链 集团 国际 发展 开发 投资 控股 资产 资本 基金 金融 保险 证券 银行 担保 租赁
    融资 财务 会计 税务 律师 机械 机电 设备 装备 仪器 仪表 自动化 工业 制造 制品 制作 加工 五金
    模具 钢铁 金属 铝业 铜业 阀门 轴承 工程 建设 建筑 建材 装饰 装修 装潢 设计 安装 市政 路桥
    园林 景观 绿化 环境 环保 水务 水利 房地产 地产 置业 物业 房产 酒店 宾馆 旅游 旅行社 餐饮
    餐厅 饭店 食品 饮料 饮品 酒业 茶业 咖啡 粮油 农业 农产品 农机 种业 养殖 畜牧 水产 林业 生物
    医药 药业 制药 医疗 器械 保健 健康 医院 诊所 化工 化学 材料 新材料 塑料 塑胶 橡胶 包装 印刷
    纸业 玻璃 陶瓷 纺织 纺织品 服装 服饰 制衣 鞋业 皮具 家具 家居 家纺 汽车 汽贸 车业 汽配 轮胎
    摩托 自行车 航空 船舶 航运 海运 运输 货运 客运 物流 快递 仓储 能源 石油 石化 燃气 煤气 煤炭
    矿业 光电 光伏 新能源 照明 灯饰 广告 传媒 传播 文化 影视 娱乐 游戏 动漫 演艺 图书 书店 出版
    教育 培训 学校 幼儿园 咨询 顾问 策划 管理 企业 服务 人力资源 劳务 家政 保安 美容 美发 化妆品
    日用品 用品 体育 办公 文具 珠宝 首饰 工艺品 礼品 玩具 宠物 花卉 综合 事务所 工作室 经营部
    门市部 营业部 加工坊 专卖店 淘宝店 旗舰店 合作社 研究院 研究所 设计院 体验店 服务部 服务中心
    中心 总店 分店 书店 药店 工厂 自动车 电机 制作所 商事 工务店 电铁 不动产 食堂 コーヒー
    ジャパン システム サービス テクノロジー エレクトロニクス ソリューションズ ソフトウェア
    コーポレーション コミュニケーションズ 日本 전자 자동차 건설 은행 화학 중공업 보험 증권 생명
    화재 통신 텔레콤 물산 코리아 제약 식품
"""
_VAGUE = """
    general american national united international first new royal global universal standard great
    china chinese british canadian european asian pacific atlantic north south east west northern
    southern eastern western central advanced digital modern best smart
"""


@cache
def latin_forms() -> frozenset[str]:
    """Words that say a company's legal form."""
    return frozenset(_LATIN_FORMS.split())


@cache
def latin_phrases() -> tuple[tuple[str, ...], ...]:
    """Legal forms of several words, longest first."""
    phrases = (tuple(phrase.split()) for phrase in _LATIN_PHRASES)
    return tuple(sorted(phrases, key=len, reverse=True))


@cache
def cjk_forms() -> tuple[str, ...]:
    """Legal forms as they stand at the end (Korean, Japanese: or the beginning), longest first."""
    return _longest_first(_CJK_FORMS)


@cache
def latin_trades() -> frozenset[str]:
    """Words that say only a trade or a country."""
    return frozenset((*_LATIN_TRADES.split(), *_PLACES.split()))


@cache
def latin_places() -> frozenset[str]:
    """Countries and continents as they stand in brackets."""
    return frozenset(_PLACES.split())


@cache
def cjk_trades() -> tuple[str, ...]:
    """Chinese, Japanese and Korean words that say only a trade, longest first."""
    return _longest_first(_CJK_TRADES)


@cache
def vague_words() -> frozenset[str]:
    """Words that make no brand when they stand alone: General, American."""
    return frozenset(_VAGUE.split())


def _longest_first(words: str) -> tuple[str, ...]:
    return tuple(sorted({fold(word) for word in words.split()}, key=lambda w: (-len(w), w)))
