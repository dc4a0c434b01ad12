using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;

namespace AutoSelect.Jobs.Tests.Sharing;

/// <summary>
/// What holds whatever comes: over random streams of jobs, priorities, quotas and devices that join and leave. Quotas, main runs and idle
/// devices are checked at every round by <see cref="PoolWorld"/>.
/// </summary>
public sealed class FairUseProperties
{
    private const int Longest = 12;

    private static readonly SharingOptions Options = new() { LaneKeeps = 2 * PoolWorld.Round };

    private static readonly int Overdue = (int)(Options.Overdue / PoolWorld.Round);

    [Fact]
    public void Every_job_gets_what_it_needs_within_a_bounded_number_of_rounds()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var world = new PoolWorld(Options, [.. Limits(random)]);
            for (var i = 0; i < 3; i++) world.Join(DeviceKind.Cpu);
            for (var round = 0; round < 200; round++)
            {
                // About as much as the devices can do, in bursts.
                if (random.Next(3) == 0) for (var n = random.Next(3); n >= 0; n--) world.Submit(Demand(random), random.Next(1, Longest));
                if (random.Next(10) == 0)
                    world.Join(random.Next(3) == 0 ? DeviceKind.Cuda : DeviceKind.Cpu, random.Next(2) == 0 ? "cloud" : "local");
                if (random.Next(14) == 0 && world.Devices > 2) world.Leave(random);
                world.Step();
            }
            // From here on there is a device at least, and nothing new comes: whoever is older than all that wait is next.
            world.Join(DeviceKind.Cpu);
            world.Join(DeviceKind.Cuda);
            var most = Overdue + Longest * world.Unfinished.Count() + 10;
            for (var round = 0; round < most && world.Unfinished.Any(); round++) world.Step();
            Assert.True(!world.Unfinished.Any(), $"seed {seed}: {world.Unfinished.Count()} jobs have not ended after {most} more rounds");
        }
    }

    [Fact]
    public void A_stream_of_urgent_jobs_keeps_a_slow_one_waiting_for_a_bounded_time_only()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            var world = new PoolWorld(Options, []);
            for (var i = 0; i < 2; i++) world.Join(DeviceKind.Cpu);
            for (var i = 0; i < 2; i++) world.Submit(Urgent(random), random.Next(1, 4));
            world.Step();
            world.Submit(new Demand { Job = default, Least = 1, Most = 1, Project = "slow", Priority = JobPriority.Lowest }, 1);
            var slow = world.Jobs[^1];
            // More than the devices can do, for ever.
            for (var round = 0; round < 2 * Overdue && slow.FirstServed is null; round++)
            {
                for (var i = 0; i < 2; i++) world.Submit(Urgent(random), random.Next(1, 4));
                world.Step();
            }
            Assert.NotNull(slow.FirstServed);
            Assert.True(slow.Starved <= Overdue + 4, $"seed {seed}: it waited {slow.Starved} rounds");
        }
    }

    [Fact]
    public void A_job_without_a_device_has_one_as_soon_as_probing_lanes_may_end()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var world = new PoolWorld(Options, []);
            var devices = random.Next(4, 20);
            for (var i = 0; i < devices; i++) world.Join(DeviceKind.Cpu);
            world.Submit(new Demand { Job = default, Least = 1, Most = devices, Core = random.Next(1, 3), Project = "wide" }, 1000);
            world.Step();
            Assert.Equal(devices, world.HeldBy(world.Jobs[0].Stated.Job));
            for (var i = random.Next(1, devices - 2); i > 0; i--)
                world.Submit(new Demand { Job = default, Least = 1, Most = 1, Project = $"p{random.Next(3)}" }, 1000);
            // The lanes keep their devices for two rounds; one round is notice.
            for (var round = 0; round < 4; round++) world.Step();
            Assert.All(world.Jobs, j => Assert.True(world.HeldBy(j.Stated.Job) >= 1, $"seed {seed}: {j.Stated.Job} has no device"));
        }
    }

    [Fact]
    public void Shares_come_to_the_weights()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var weights = Enumerable.Range(0, 3).Select(_ => (double)random.Next(1, 5)).ToArray();
            var limits = weights.Select((w, i) => new ProjectLimits { Project = $"p{i}", Whole = new() { Weight = w } });
            var world = new PoolWorld(Options, [.. limits]);
            for (var i = 0; i < 12; i++) world.Join(DeviceKind.Cpu);
            for (var round = 0; round < 300; round++)
            {
                // All of them always have jobs that wait, one more than another.
                for (var i = 0; i < 3; i++)
                    while (world.Unfinished.Count(j => j.Stated.Demand.Project == $"p{i}") < 14 + 6 * i)
                        world.Submit(
                            Demand(random) with { Project = $"p{i}", Class = null, Priority = 5, Core = 1 }, random.Next(1, Longest));
                world.Step();
            }
            var all = Enumerable.Range(0, 3).Sum(i => world.Had($"p{i}"));
            for (var i = 0; i < 3; i++)
            {
                var (share, due) = (world.Had($"p{i}") / all, weights[i] / weights.Sum());
                Assert.True(Math.Abs(share - due) < .05, $"seed {seed}: p{i} has had {share:0.000} of the devices and is due {due:0.000}");
            }
        }
    }

    [Fact]
    public void Devices_change_hands_for_shares_only_until_the_shares_are_even()
    {
        var world = new PoolWorld(Options, []);
        for (var i = 0; i < 11; i++) world.Join(DeviceKind.Cpu);
        foreach (var project in (string[])["a", "b", "c"])
        {
            world.Submit(new Demand { Job = default, Least = 1, Most = 11, Project = project }, 1000);
            world.Step();
        }
        for (var round = 0; round < 10; round++) world.Step();
        var before = world.Jobs.Select(j => world.HeldBy(j.Stated.Job)).ToList();
        Assert.Equal([3, 4, 4], before.Order());
        for (var round = 0; round < 50; round++)
        {
            world.Step();
            Assert.Equal(before, world.Jobs.Select(j => world.HeldBy(j.Stated.Job)));
        }
    }

    private static Demand Urgent(Random random) =>
        new() { Job = default, Least = 1, Most = 1, Project = $"p{random.Next(4)}", Priority = JobPriority.Highest };

    private static Demand Demand(Random random)
    {
        var core = random.Next(1, 3);
        return new Demand
        {
            Job = default,
            Least = 1,
            Most = core + random.Next(4),
            Core = core,
            Project = $"p{random.Next(3)}",
            Owner = $"o{random.Next(2)}",
            Priority = random.Next(JobPriority.Lowest, JobPriority.Highest + 1),
            Price = random.Next(3),
            Class = random.Next(4) switch { 0 => DeviceKind.Cpu, 1 when random.Next(3) == 0 => DeviceKind.Cuda, _ => null },
        };
    }

    private static IEnumerable<ProjectLimits> Limits(Random random)
    {
        int? Some(int least, int most) => random.Next(2) == 0 ? null : random.Next(least, most);
        for (var i = 0; i < 3; i++)
        {
            yield return new ProjectLimits
            {
                Project = $"p{i}",
                Whole = new UseLimits { RunningJobs = Some(1, 5), Devices = Some(1, 6), Weight = random.Next(1, 4) },
                EachUser = new UseLimits { RunningJobs = Some(1, 4), Devices = Some(1, 4), Weight = random.Next(1, 4) },
            };
        }
    }
}
