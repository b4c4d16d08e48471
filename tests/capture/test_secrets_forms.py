"""Every form in which notebooks, programs, settings and commands hold secrets, and what looks alike and stays."""

from __future__ import annotations

import ast
import json

import pytest

from modelreg.capture.secrets import redact
from modelreg.capture.secrets.sources import masked, parses

WORD = "hunter2q"
HEX = "a8f5f167f44f4964e6c998dee827110c"
MIXED = "abcDEF1234567890" * 3

CODE = [
    # one name to one value
    "user, password = 'bob', '{}'",
    "[user, password] = ['bob', '{}']",
    "(user, password), port = ('bob', '{}'), 5432",
    "user, *rest, password = 'bob', 1, 2, '{}'",
    "user, *passwords = 'bob', '{}', 'swordfish1'",
    "user, password = ('bob', '{}') if local else ('eve', 'swordfish1')",
    "user, password = 'eve,{}'.split(',')",
    "for user, password in [('bob', '{}'), ('eve', 'swordfish1')]: connect(user, password)",
    "password += '{}'",
    "password = ''.join(['{}', 'x1'])",
    # names
    "pw = '{}'",
    "pwd = '{}'",
    "passwd = '{}'",
    "passphrase = '{}'",
    "secret = '{}'",
    "api_key = '{}'",
    "apiKey = '{}'",
    "auth = '{}'",
    "bearer = '{}'",
    "credential = '{}'",
    "private_key = '{}'",
    "access_token = '{}'",
    "passwort = '{}'",
    "mot_de_passe = '{}'",
    "senha = '{}'",
    "c = {{'user': 'bob', 'pw': '{}'}}",
    "connect(**{{'pass': '{}'}})",
    "connect(user='a', pw='{}')",
    "if pw == '{}': pass",
    # dicts and lists of secrets
    "secrets = {{'db': '{}'}}",
    "SECRETS = ['{}', 'swordfish1']",
    "passwords = {{'bob': '{}'}}",
    "api_keys = {{'a': {{'b': ['{}']}}}}",
    "credentials = {{'user': 'bob', 'value': '{}'}}",
    "auth = ('bob', '{}')",
    "requests.get(url, auth=('bob', '{}'))",
    "requests.get(url, cookies={{'sessionid': '{}'}})",
    # calls
    "smtp.login('bob@example.org', '{}')",
    "client.authenticate('bob', '{}')",
    "pymysql.connect('localhost', 'eve', '{}', 'db')",
    "db.auth('bob', '{}')",
    "Creds('bob', '{}')",
    "HTTPBasicAuth('bob', '{}')",
    # connection strings and addresses
    "psycopg2.connect('host=db dbname=x user=bob password={}')",
    "pyodbc.connect('Driver={{SQL}};Server=x;Uid=sa;Pwd={};')",
    "conn_str = 'DRIVER=x;SERVER=y;UID=sa;PASSWORD={}'",
    "cs = 'password={} host=db'",
    "create_engine('postgresql://bob:{}@db/x')",
    "create_engine('postgresql://bob:a/{}@db/x')",
    "url = 'mongodb+srv://bob:{}@c.example.org/'",
    # words
    "# password: {}\nx = 1",
    "x = 1  # pw={}",
    "# the password is {}",
    "print('password is {}')",
    "y = '''\ndb:\n  user: bob\n  password: {}\n'''",
    "y = '''\n[db]\npassword = {}\n'''",
    "y = 'machine h login bob password {}'",
]

KEYS = [
    "KEY = '{}'",
    "API = '{}'",
    "Client('{}')",
    "wandb.login(key='{}')",
    "os.environ.get('API_TOKEN', '{}')",
    "h = {{'X-API-Key': '{}'}}",
    'kg = {{"username": "bob", "key": "{}"}}',
    '%%writefile kaggle.json\n{{"username": "bob", "key": "{}"}}',
    '!echo \'{{"username": "bob", "key": "{}"}}\' > ~/.kaggle/kaggle.json',
    '!echo "{{\\"username\\": \\"bob\\", \\"key\\": \\"{}\\"}}" > kaggle.json',
    "!wandb login {}",
    "!wandb login --relogin {}",
    "!curl -H 'X-Api-Key: {}' https://example.org",
]

COMMANDS = [
    "!PGPASSWORD={} psql -c 'select 1'",
    "!tool --password {}",
    "!tool --password={}",
    "!tool --api-key '{}'",
    "subprocess.run(['tool', '--password', '{}'])",
    "!mysql -u root -p{} db < a.sql",
    "!mysql -u root -p {} db",
    "!sshpass -p {} scp a b",
    "!docker login -u bob -p {}",
    "!curl -u bob:{} https://example.org",
    "!curl --user 'bob:{}' https://example.org",
    "!cd a && export DB_PASSWORD={}",
    "!docker run -e DB_PASSWORD={} image",
    "%%bash\nexport API_TOKEN={}",
    "%env API_KEY={}",
    "%env API_KEY {}",
    "%sql postgresql://bob:{}@db/x",
]

LINES = [
    "+user, password = 'bob', '{}'",
    "-    user, password = ('bob', '{}')",
    "user, password = 'bob', '{}' if",
    "+secrets = {{'db': '{}'}}",
    "+smtp.login('bob', '{}')",
    "+# password: {}",
    "+password = {}",
    "-password={}",
    "+db.password = {}",
    "+API_KEY={}",
    " api_key: {}",
    "+  - token: {}",
    "+secret: {}  # of the team",
    "+password = {{'db': '{}'}}",
    "+    \"user, password = 'bob', '{}'\\n\",",
    '+    "user, password = \\"bob\\", \\"{}\\"\\n",',
    '+    "    password = \\"{}\\"\\n",',
    '+    "smtp.login(\\"bob\\", \\"{}\\")"',
    "+dsn = 'host=db user=bob password={}'",
    "Server=x;Uid=sa;Pwd={};",
    "+url = postgresql://bob:{}@db/x",
]

TOKENS = [
    "xox" + "b-123456789012-" + "abcDEF1234567890",
    "xox" + "p-123456789012-" + "abcDEF1234567890",
    "123456789:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
    "AI" + "za" + MIXED[:35],
    "sk" + "_live_" + MIXED[:24],
    "h" + "f_" + MIXED[:34],
    "sk" + "-proj-" + MIXED,
    "sk" + "-ant-api03-" + MIXED,
    "np" + "m_" + MIXED[:36],
    "py" + "pi-" + MIXED,
    "gl" + "pat-" + MIXED[:20],
    "AK" + "IA" + "IOSFODNN7EXAMPLQ",
    "ey" + "JhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + MIXED[:43],
    "pk.ey" + "J1IjoiYm9iIiwiYSI6ImNrYWJjZGVmIn0." + "abcdefghijklmnop",
]

PLAIN = [
    "df.rename(columns={'token': 'token_count_2021'})",
    "df.rename(columns={'password': 'password_hash_column', 'auth': 'auth_2021_v2'})",
    "df.agg({'password': 'count', 'token': 'nunique'})",
    "df.agg(auth=('auth', 'count'), token=('token', 'sum'))",
    "df.astype({'secret': 'category'})",
    "pd.read_csv('a.csv', dtype={'password': 'string'})",
    "tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased')",
    "tokenizer = 'bert-base-uncased-2'",
    "tokens = text.split()",
    "tokens = ['one', 'two', 'three3']",
    "token = 'token_count_2021'",
    "pad_token = '<pad0001>'",
    "max_tokens = 512",
    "generate(max_tokens=512, token_type='word2vec12')",
    "df.sort_values('price', key='customer_id_2021_segment')",
    "df.groupby(key='region2020')",
    "left.merge(right, left_on='key', right_on='customer_key_2020')",
    "s3.get_object(Bucket='b', Key='Data/Train_2021/SomeLongFile_name_Version2')",
    "merge_key = 'store_id_2019_v2'",
    "cache_key = 'a8f5f167f44f4964e6c998dee827110c'",
    "password_hash_column = 'column_2021_hash'",
    "df['auth'].value_counts()",
    "df[df['auth'] == 'basic']",
    "X = df[['auth', 'token', 'secret', 'label1']]",
    "params = {'kernel': 'rbf', 'penalty': 'elasticnet', 'auth': 'basic'}",
    "clf = RandomForestClassifier(n_estimators=200, random_state=42, criterion='log_loss')",
    "name, path = 'bob', '/home/bob/data2/train.csv'",
    "password_file = '/run/secrets/db2'",
    "secret = '/run/secrets/db2'",
    "credentials = 'service_account2.json'",
    "credentials = {'user': 'bob2021x', 'host': 'db1.example.org'}",
    "secret_santa = 'bob2021x'",
    "model.connect('/tmp/socket1', 'sqlite:///a1.db')",
    "add_argument('--password', '-p', help='the password of the database')",
    "# the options --username and --password are not read here",
    "# password: the one that was given to the team",
    "# the key is 2021",
    "password = getpass.getpass('password: ')",
    "user, password = input('user'), getpass()",
    "user, password = None, None",
    "conn = connect(host='db', password=os.environ['DB_PASSWORD'])",
    "spec = {'password': {'type': 'string', 'title': 'Password'}}",
    "if name in {'token', 'password'} and token in {'x', 'x-oauth-basic'}: pass",
    "url = 'https://example.org:8080/a@b'",
    "when = '1234567890:30'",
]


@pytest.mark.parametrize("line", CODE)
@pytest.mark.parametrize("secret", [WORD, "Tr0ub4dor+Tr0ub4dor"])
def test_a_secret_leaves_source_that_parses_after(line, secret):
    text = redact(line.format(secret), python=True, environ={}).text
    assert secret not in text
    assert "swordfish1" not in text
    assert "bob" in text or "bob" not in line
    ast.parse(text)
    assert redact(text, python=True, environ={}).text == text


@pytest.mark.parametrize("line", KEYS)
def test_a_key_without_a_prefix_leaves_source_that_parses_after(line):
    text = redact(line.format(HEX), python=True, environ={}).text
    assert HEX not in text
    assert parses(masked(text)) or line.startswith("%%")


@pytest.mark.parametrize("line", COMMANDS)
def test_a_secret_leaves_the_line_of_a_shell(line):
    for python in (True, False):
        text = redact(line.format(WORD), python=python, environ={}).text
        assert WORD not in text
        assert text.split()[0].startswith(line.split("=")[0].split()[0])


@pytest.mark.parametrize("line", LINES)
def test_a_secret_leaves_a_line_that_is_no_source(line):
    text = redact(line.format(WORD), environ={}).text
    assert WORD not in text
    assert "bob" in text or "bob" not in line
    assert text[0] == line[0]


@pytest.mark.parametrize("token", TOKENS, ids=range(len(TOKENS)))
@pytest.mark.parametrize("line", ["x = '{}'", "+{}", "https://example.org/bot/{}/send", "x = 1  # {}"])
def test_a_token_of_a_known_service_leaves_any_text(token, line):
    for python in (True, False):
        assert token not in redact(line.format(token), python=python, environ={}).text


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("https://hooks.slack.com/services/T00000000/B00000000/{}", "XXXXXXXXXXXXabcdXXXX1234"),
        ("https://discord.com/api/webhooks/123456789012345678/{}", "aBcDeFgHiJkLmNoPqRsTuVwXyZ-0123456789_aBcDe"),
        ("https://api.telegram.org/bot{}/send", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"),
        ("Session('AK" + "IAIOSFODNN7EXAMPLQ', '{}')", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("Fernet(b'{}')", "ZmDfcTF7_60GrrY167zsiPd67pEvs0aGOv2oasOM1Pg="),
        ("h = {{'Cookie': '{}'}}", "sessionid=a8f5f167f44f4964e6c9"),
    ],
)
def test_hooks_and_keys_of_clients_leave_source(line, secret):
    assert secret not in redact(line.format(secret), python=True, environ={}).text


def test_a_cell_in_the_json_of_a_notebook_stays_json():
    for cell in (f'user, password = "bob", "{WORD}"\n', f'connect(password="{WORD}", user="bob")'):
        text = redact(json.dumps({"source": [cell]}), environ={}).text
        assert WORD not in text
        assert "bob" in json.loads(text)["source"][0]


@pytest.mark.parametrize("line", PLAIN)
def test_what_only_looks_alike_stays(line):
    assert redact(line, python=True, environ={}).text is line
    patch = f"+{line}"
    assert redact(patch, environ={}).text is patch


def test_the_key_beside_the_name_of_an_access_key_leaves_a_patch():
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    assert secret not in redact(f"+s = Session('AK{'IA'}IOSFODNN7EXAMPLQ', '{secret}')", environ={}).text


def test_the_names_of_columns_stay_where_a_password_goes():
    line = f"df.rename(columns={{'password': 'digest'}}); connect(password='{WORD}')"
    assert redact(line, python=True, environ={}).text.startswith("df.rename(columns={'password': 'digest'}); connect(")


def test_a_string_with_a_line_like_a_magic_keeps_the_source_around_it():
    source = f'a = """\n%odd"""\npassword = "{WORD}"\n'
    text = redact(source, python=True, environ={}).text
    assert WORD not in text
    assert text.startswith('a = """\n%odd"""\npassword = "')


def test_a_variable_of_the_environment_named_pw_is_a_secret():
    assert WORD not in redact(f"x = '{WORD}'", python=True, environ={"MY_DB_PW": WORD}).text


LENGTH = 200_000


@pytest.mark.parametrize(
    "piece",
    [
        *(" ", "#", "a, b ", "secrets={", "login('a',", "mysql -p", "curl -u ", "--password ", "!A=", "x=y;pwd=z1 "),
        *("password", "password='", "postgres://a:b/", "123456789:", 'username key":"', "rename(", "x[a], "),
    ],
)
def test_a_very_long_line_is_read_in_one_pass(piece):
    line = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    # what is not linear in the length of a line would take hours here
    assert redact(line, python=True, environ={}).text.count("\n") == 0
