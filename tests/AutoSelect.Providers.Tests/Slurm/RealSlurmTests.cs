using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Slurm;

/// <summary>
/// The provider and the borrower with a real Slurm; the devices are shell scripts, the pool is what they write into a folder.
/// </summary>
public sealed class RealSlurmTests : IClassFixture<RealSlurm>, IDisposable
{
    /// <summary>Says that it is up and with what; has written its checkpoint when it was given notice.</summary>
    private const string Device = """
        trap 'echo checkpoint > "$1.checkpoint"; exit 0' TERM
        { for word in "$@"; do printf '%s\n' "$word"; done; env; } > "$1.starting"
        mv "$1.starting" "$1.up"
        while :; do sleep .1; done
        """;

    private const int Patience = 600_000;

    private readonly RealSlurm slurm;
    private readonly TemporaryFolder folder = new();
    private readonly SlurmOptions options;

    public RealSlurmTests(RealSlurm slurm)
    {
        Assert.SkipWhen(slurm.Missing.Length > 0, slurm.Missing);
        this.slurm = slurm;
        File.WriteAllText(folder["device.sh"], Device);
        options = new SlurmOptions
        {
            Command = new DeviceCommand("/bin/sh", folder["device.sh"], folder["{device}"], "two words", "$(id) `id` '\"; exit 3"),
            Classes = [Slurm("spare"), Slurm("elsewhere", partition: "nowhere")],
            Environment = ImmutableSortedDictionary<string, string>.Empty.Add("AUTOSELECT_SAMPLE", "a,b=c $(id)"),
            Configuration = slurm.Configuration,
            Patience = TimeSpan.FromMinutes(2),
        };
    }

    private static SlurmClass Slurm(string name, string partition = "spare") =>
        // On a busy machine a script may take its time to come up.
        new() { Device = Class(name, most: 4, startUp: 60, longest: 600), Partition = partition };

    private SlurmProvider NewProvider() => new(options, TimeProvider.System);

    private static Borrower NewBorrower(IDeviceProvider provider) => new(
        provider, Control, new BorrowingOptions { IdleTime = TimeSpan.Zero }, TimeProvider.System, NullLogger<Borrower>.Instance);

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    public async Task TwoDevicesAreBorrowedOneIsPreemptedAndAllGoBack()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var provider = new OneClass(NewProvider());
        var borrower = NewBorrower(provider);
        var lost = new List<LostDevice>();
        async Task<BorrowingRound> Round(int wanted, bool isUsed)
        {
            var pool = Pool(isUsed);
            var missing = wanted - pool.Length;
            var round = await borrower.Round(new PoolView(missing > 0 ? [Want(missing)] : [], pool), cancellation);
            Assert.Empty(round.Faults);
            // Whether the notice is seen before the end is a matter of milliseconds.
            lost.AddRange(round.Lost.Where(l => l.State == BorrowState.Gone));
            return round;
        }

        await Until(async () => InUse(await Round(2, isUsed: true)) == 2);
        Assert.Equal(2, Pool(true).Length);

        await slurm.SubmitUrgent(nodes: 1);
        await Until(async () => await Round(0, isUsed: true) is var _ && lost.Count > 0);
        var loss = Assert.Single(lost);
        Assert.Equal((BorrowState.Gone, EndReason.Preempted), (loss.State, loss.Reason));
        Assert.True(File.Exists(folder[$"{loss.Label}.checkpoint"]));

        await Until(async () => await Round(0, isUsed: false) is { Borrowed.Length: 0 } && await slurm.Queue() == "");
        Assert.Equal([EndReason.Preempted, EndReason.Released], lost.Select(l => l.Reason));
        Assert.Equal(2, Directory.GetFiles(folder.Path, "*.checkpoint").Length);
    }

    [Fact(Timeout = Patience)]
    public async Task TheDevicesOfACrashedBorrowerAreFoundByLabelAndGivenBack()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var crashed = NewBorrower(new OneClass(NewProvider()));
        await crashed.Round(new PoolView([Want(3)], []), cancellation);
        await Until(() => Task.FromResult(Pool(false).Length == 2));
        Assert.Equal(3, (await slurm.Queue()).Split('\n').Length);

        var next = NewBorrower(new OneClass(NewProvider()));
        var first = await next.Round(new PoolView([], Pool(false)), cancellation);
        Assert.Equal(
            [BorrowStage.Idle, BorrowStage.Idle, BorrowStage.Queued], first.Borrowed.Select(b => b.Stage).OrderDescending());
        await Until(async () =>
            await next.Round(new PoolView([], Pool(false)), cancellation) is { Borrowed.Length: 0 } && await slurm.Queue() == "");
    }

    [Fact(Timeout = Patience)]
    public async Task WordsAndVariablesArriveAsTheyAreAndALabelIsUsedOnce()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var provider = NewProvider();
        var request = new DeviceRequest(Label("words"), provider.Classes[0], TimeSpan.FromMinutes(5));
        await provider.Request(request, cancellation);
        await provider.Request(request, cancellation);
        Assert.Equal("autoselect-c1-words", (await slurm.Queue()).Split(' ')[0]);
        Assert.Single((await slurm.Queue()).Split('\n'));
        await Until(() => Task.FromResult(Pool(false).Length == 1));
        var lines = await File.ReadAllLinesAsync(folder["autoselect-c1-words.up"], cancellation);
        Assert.Equal([folder["autoselect-c1-words"], "two words", "$(id) `id` '\"; exit 3"], lines[..3]);
        Assert.Contains("AUTOSELECT_SAMPLE=a,b=c $(id)", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("DOTNET_", StringComparison.Ordinal));

        await provider.Release(request.Label, cancellation);
        await provider.Release(request.Label, cancellation);
        await Until(async () => await slurm.Queue() == "");
        var seen = (await provider.Observe(Control, cancellation)).Single(o => o.Label == request.Label);
        Assert.Equal((BorrowState.Gone, EndReason.Released), (seen.State, seen.Reason));
    }

    [Fact(Timeout = Patience)]
    public async Task TheSchedulerSaysWhenARequestWouldStartAndWhatItWillNeverLend()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var provider = NewProvider();
        var (spare, elsewhere) = (provider.Classes[0], provider.Classes[1]);
        var before = DateTimeOffset.UtcNow;
        for (var i = 0; i < 2; i++)
            await provider.Request(new DeviceRequest(Label($"full{i}"), spare, TimeSpan.FromMinutes(10)), cancellation);
        await Until(async () => (await provider.Observe(Control, cancellation)).Count(o => o.State == BorrowState.Running) == 2);
        var estimate = await provider.EstimateStart(spare, TimeSpan.FromMinutes(1), cancellation);
        // When the first of the two ends at the latest.
        Assert.InRange(estimate.Start!.Value, before.AddMinutes(9), before.AddMinutes(20));

        Assert.Equal(
            "allocation failure: Invalid partition name specified",
            (await provider.EstimateStart(elsewhere, TimeSpan.FromMinutes(1), cancellation)).Refusal);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => provider.Request(
            new DeviceRequest(Label("nowhere"), elsewhere, TimeSpan.FromMinutes(1)), cancellation));
        Assert.Contains("refuses a device of class 'elsewhere'", refused.Message, StringComparison.Ordinal);

        await NewBorrower(provider).ReturnAll(cancellation);
        await Until(async () => await slurm.Queue() == "");
    }

    private static int InUse(BorrowingRound round) => round.Borrowed.Count(b => b.Stage == BorrowStage.InUse);

    /// <summary>The devices that are up and have not been told to end.</summary>
    private DeviceStatus[] Pool(bool isUsed) =>
    [
        .. Directory.GetFiles(folder.Path, "*.up").Order().Where(f => !File.Exists(Path.ChangeExtension(f, "checkpoint")))
            .Select(f => Registered(
                new DeviceId(Path.GetFileNameWithoutExtension(f)), DeviceKind.Cpu, isUsed ? new JobId("job") : null)),
    ];

    private static async Task Until(Func<Task<bool>> condition)
    {
        while (!await condition()) await Task.Delay(200, TestContext.Current.CancellationToken);
    }

    /// <summary>A provider that offers its first class alone.</summary>
    private sealed class OneClass(IDeviceProvider inner) : IDeviceProvider
    {
        public string Name => inner.Name;

        public IReadOnlyList<DeviceClass> Classes { get; } = [inner.Classes[0]];

        public Task Request(DeviceRequest request, CancellationToken cancellation) => inner.Request(request, cancellation);

        public Task<IReadOnlyList<DeviceObservation>> Observe(ControlId control, CancellationToken cancellation) =>
            inner.Observe(control, cancellation);

        public Task Release(BorrowLabel label, CancellationToken cancellation) => inner.Release(label, cancellation);

        public Task<StartEstimate> EstimateStart(DeviceClass deviceClass, TimeSpan atMost, CancellationToken cancellation) =>
            inner.EstimateStart(deviceClass, atMost, cancellation);
    }
}
