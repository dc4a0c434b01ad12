using System.Globalization;
using System.Text;
using System.Text.Json;

// Counts steps as a workload of AutoSelect, without anything of AutoSelect: docs/training-programs.md. Its state is a number that depends
// on all steps done.
var (step, until) = (Number("AUTOSELECT_FROM_STEP"), Number("AUTOSELECT_UNTIL_STEP"));
var state = Environment.GetEnvironmentVariable("AUTOSELECT_RESUME_FROM") is { } from
    ? long.Parse(File.ReadAllText(Path.Combine(from, "state")), CultureInfo.InvariantCulture) : 0;

// For both directions: neither opening nor an end that comes late may block.
using var reports = new FileStream(Variable("AUTOSELECT_REPORTS"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
var order = "";
new Thread(Listen) { IsBackground = true }.Start();
Say(new { hello = 1 });
while (step < until)
{
    using (var pause = new ManualResetEventSlim()) pause.Wait(10);
    var now = Interlocked.Exchange(ref order, "");
    if (now == "stop") return;
    if (now == "pause") break;
    if (now == "save") Save();
    step++;
    state = (state * 31 + step) % 1_000_003;
    if (step % 10 == 0) Say(new { step, accuracy = step / 10, training_loss = state });
}
Save();
Say(new { end = true, step });

void Listen()
{
    using var lines = new StreamReader(new FileStream(
        Variable("AUTOSELECT_ORDERS"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0));
    while (lines.ReadLine() is { } line)
        Volatile.Write(ref order, JsonDocument.Parse(line).RootElement.GetProperty("order").GetString()!);
}

void Save()
{
    var folder = Directory.CreateDirectory(Path.Combine(Variable("AUTOSELECT_CHECKPOINTS"), $"{step}")).FullName;
    File.WriteAllText(Path.Combine(folder, "state"), $"{state}\n");
    Say(new { saved = folder, step });
}

void Say<T>(T message) => reports.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message) + "\n"));

static long Number(string name) => long.Parse(Variable(name), CultureInfo.InvariantCulture);

static string Variable(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
