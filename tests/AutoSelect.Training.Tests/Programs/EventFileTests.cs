using System.Buffers.Binary;
using System.Numerics;
using AutoSelect.Contracts;
using AutoSelect.Training.Programs;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>Event files as TorchSharp's writer makes them, which is no code of ours, and as TensorFlow 2 writes scalars.</summary>
public sealed class EventFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("events").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Scalars_of_a_tag_are_read()
    {
        Assert.Equal([(10, .5), (20, .75)], Read(Written(), "accuracy"));
        Assert.Equal([(10, 2)], Read(Written(), "loss"));
        Assert.Empty(Read(Written(), "accurac"));
    }

    [Fact]
    public void A_record_whose_end_is_still_to_come_is_left()
    {
        var whole = Written();
        for (var length = 0; length < whole.Length; length++)
        {
            var values = new List<(long, double)>();
            var used = EventFile.Read(whole.AsSpan(0, length), "accuracy", (step, value) => values.Add((step, value)));
            Assert.InRange(used, 0L, length);
            EventFile.Read(whole.AsSpan((int)used), "accuracy", (step, value) => values.Add((step, value)));
            Assert.Equal([(10, .5), (20, .75)], values);
        }
    }

    [Fact]
    public void What_is_damaged_is_refused()
    {
        var bytes = Written();
        bytes[^8] ^= 1;
        Assert.Contains("check sum", Assert.Throws<ProtocolBrokenException>(() => Read(bytes, "accuracy")).Message);
        Assert.Contains("no record", Assert.Throws<ProtocolBrokenException>(() => Read(new byte[100], "accuracy")).Message);
    }

    [Fact]
    public void What_is_no_event_is_refused_whatever_its_bytes()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var data = new byte[seed % 40 + 1];
            new Random(seed).NextBytes(data);
            try
            {
                Read(Record(data), "a");
            }
            catch (ProtocolBrokenException e)
            {
                Assert.Equal("A record of the event file is no event.", e.Message);
            }
        }
    }

    // Field 5 (summary), 1 (value): 1 (tag) "a", 8 (tensor): 1 (type) float or double, 4 (content).
    [Theory]
    [InlineData("10072A0F0A0D0A0161420808012204" + "0000C03F", 1.5)]
    [InlineData("10072A130A110A0161420C08022208" + "000000000000F83F", 1.5)]
    public void Scalars_of_TensorFlow_2_are_read(string hex, double value) =>
        Assert.Equal([(7, value)], Read(Record(Convert.FromHexString(hex)), "a"));

    [Fact]
    public void A_program_that_writes_them_needs_no_change()
    {
        File.WriteAllBytes(Path.Combine(folder, "events.out.tfevents.1"), Written());
        using var job = new ProgramJob();
        var report = job.Run($"mkdir -p runs/a; cp '{folder}/events.out.tfevents.1' runs/a/", canResume: false,
            points: new PointSource { Format = PointFormat.TensorBoard });
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        Assert.Equal([(10, .5), (20, .75)], job.Recorder.Points.Select(p => (p.Step, p.Value)));
    }

    [Fact]
    public void A_record_that_is_longer_than_scalars_are_is_passed_over()
    {
        // Step 7: accuracy is 1.5.
        const string Scalar = "10072A160A140A08" + "6163637572616379" + "4208080122040000C03F";
        // As a graph or images would be: first the half of it is there.
        var large = Record(new byte[3 << 20]);
        File.WriteAllBytes(Path.Combine(folder, "1"), [.. Record(Convert.FromHexString(Scalar)), .. large[..(2 << 20)]]);
        File.WriteAllBytes(Path.Combine(folder, "2"), [.. large[(2 << 20)..], .. Written()]);
        using var job = new ProgramJob();
        var report = job.Run($$"""
            cp '{{folder}}/1' new; mv new events.out.tfevents.1
            {{job.UntilFirstPoint()}}
            cat '{{folder}}/2' >> events.out.tfevents.1; save 100
            """, points: new PointSource { Format = PointFormat.TensorBoard });
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        Assert.Equal([(7, 1.5), (10, .5), (20, .75)], job.Recorder.Points.Select(p => (p.Step, p.Value)));
    }

    private byte[] Written()
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
        var writer = utils.tensorboard.SummaryWriter(place, createRunName: false);
        writer.add_scalar("accuracy", .5f, 10);
        writer.add_scalar("loss", 2f, 10);
        writer.add_scalar("accuracy", .75f, 20);
        return File.ReadAllBytes(Directory.GetFiles(place, "*tfevents*", SearchOption.AllDirectories).Single());
    }

    private static List<(long, double)> Read(byte[] bytes, string tag)
    {
        var values = new List<(long, double)>();
        EventFile.Read(bytes, tag, (step, value) => values.Add((step, value)));
        return values;
    }

    private static byte[] Record(byte[] data)
    {
        var record = new byte[data.Length + 16];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Masked(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), Masked(data));
        return record;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
