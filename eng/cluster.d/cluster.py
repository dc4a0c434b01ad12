"""A small cluster of real processes for the tests of operations: PostgreSQL, silos, devices, jobs that really train."""
import json, os, signal, subprocess, tempfile, time, urllib.error, urllib.request

top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
built = os.path.join(top, 'artifacts/bin/AutoSelect.Host/release/autoselect.dll')

# Two devices for some tens of seconds, with a checkpoint a second; the data is made up, so nothing is fetched.
job_file = '''name: {name}
workload: {{ name: fashion-mnist-mlp, options: {{ dataset: synthetic, examples: 6000, hidden: 64 }} }}
objective: {{ tradeoff: {{ gain: 0.01, worth: {worth} }} }}
candidates:
  - strategy: sgd
    values: {{ learningRate: [0.02, 0.05, 0.1] }}
    batchSizes: [20]
  - strategy: nadamw
    batchSizes: [20]
epochs: 40
checkpoints: {{ every: 1s }}
probe: {{ devices: 2 }}
'''


class Failed(Exception):
    pass


def run(*command, **more):
    result = subprocess.run(command, capture_output=True, text=True, **more)
    if result.returncode != 0: raise Failed(f'{" ".join(command)}: {result.stderr.strip()[-1000:]}')
    return result.stdout.strip()


class Database:
    """A PostgreSQL of its own in a folder."""
    def __init__(self, folder):
        self.folder = folder
        os.environ['AUTOSELECT_POSTGRES_OWNER'] = str(os.getpid())
        self.start()
        # A new one: the one named postgres is everybody's.
        self.psql('postgres', 'create database autoselect template template0 encoding \'UTF8\'')
        self.connection = f'Host={folder};Username=autoselect;Database=autoselect'

    def start(self): run(os.path.join(top, 'eng/postgres'), 'start', self.folder)

    def stop(self, how='fast'): run(os.path.join(top, 'eng/postgres'), 'stop', self.folder, how)

    def psql(self, database, sql): return run('psql', '-h', self.folder, '-U', 'autoselect', '-d', database, '-v', 'ON_ERROR_STOP=1', '-qAt', input=sql)


class Silo:
    """One process of autoselect serve."""
    def __init__(self, database, store, shared, devices=0, program=built):
        self.store, self.log = store, tempfile.TemporaryFile('w+')
        self.process = subprocess.Popen(
            ['dotnet', program, 'serve', '--json', '--store', store, '--shared', shared, '--devices', str(devices)],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env={**os.environ, 'AUTOSELECT_DATABASE': database})
        line = self.process.stdout.readline()
        if not line:
            self.log.seek(0)
            raise Failed(f'a silo of {program} does not start: {self.log.read().strip()}')
        self.place = json.loads(line)
        with open(os.path.join(store, 'api.json')) as file: self.token = json.load(file)['token']

    def ask(self, path, body=None, method=None, kind='application/yaml'):
        request = urllib.request.Request(
            self.place['api'] + path, None if body is None else body.encode(),
            {'Authorization': f'Bearer {self.token}', 'Content-Type': kind}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer: return answer.read().decode()
        except urllib.error.HTTPError as e:
            raise Failed(f'{path}: {e.code} {e.read().decode()[-500:]}') from e

    def submit(self, name, worth='60s'): return json.loads(self.ask('v1/jobs', job_file.format(name=name, worth=worth)))['job']

    def phase(self, job): return json.loads(self.ask(f'v1/jobs/{job}'))['summary']['phase']

    def terminate(self):
        """By SIGTERM, as a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        if code != 0: raise Failed(f'the silo of {self.store} ended with exit code {code}')

    def kill(self):
        """By SIGKILL, and its devices with it: the machine is gone."""
        try:
            with open(os.path.join(self.store, 'devices.json')) as file: devices = json.load(file).values()
        except OSError:
            devices = []
        self.process.kill()
        self.process.wait()
        for device in devices:
            try:
                os.kill(device, signal.SIGKILL)
            except ProcessLookupError:
                pass


def stored(database, job):
    """A job's events as the database has them: (number, time, kind, change)."""
    rows = database.psql('autoselect', f"select json_build_array(number, time, kind, change) from autoselect.events where job = '{job}' order by number")
    return [json.loads(row) for row in rows.splitlines()]


def until(what, condition, patience=300):
    """Waits for a condition that returns something; says what did not come."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := condition(): return found
        time.sleep(.2)
    raise Failed(f'{what} did not come within {patience} s')


def check_numbers(job, events):
    if [e[0] for e in events] != list(range(1, len(events) + 1)): raise Failed(f'{job}: events are missing or come twice')
