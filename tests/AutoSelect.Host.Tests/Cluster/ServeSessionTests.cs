using System.Net;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Cluster;
using AutoSelect.Storage.Postgres;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>One silo in this process over a real PostgreSQL.</summary>
public sealed class ServeSessionTests(SharedPostgres shared) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_job_goes_on_when_its_database_was_away()
    {
        await using var server = await SharedPostgres.Own();
        var database = await server.CreateDatabase();
        await using var session = await Serve(database);
        await using var jobs = await ServedJobs.Connect(database, folder.Path, folder.Path);
        var held = new HeldSegment(3);
        jobs.AddDevice("one", held.Before);
        jobs.AddDevice("two", held.Before);
        var job = await jobs.Submit(SimulatedJobs.BestAtHorizon("wide", "narrow"));
        await held.Reached;

        await server.Stop(isCrash: true);
        // Reports come to nothing now, and are said again until they do not.
        held.Release();
        await server.StartAgain();

        await jobs.Check(job, await jobs.UntilEnded(job));
    }

    [Fact]
    public async Task The_first_silo_to_come_back_takes_the_rows_of_those_that_are_gone_out()
    {
        var database = await (await shared.Server()).CreateDatabase();
        await using (var store = await PostgresStore.Open(database, ct: Ct))
        {
            var table = new PostgresMembershipTable(store, ClusterMembers.Name);
            await table.InitializeMembershipTable(true);
            for (var i = 1; i <= 3; i++)
            {
                var entry = new MembershipEntry
                {
                    SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, i), i),
                    Status = SiloStatus.Active,
                    ProxyPort = i,
                };
                Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));
            }
        }
        // What is left of the time that they would be waited for: it is another test's matter.
        await PostgresServer.Execute(database, "update autoselect.silos set heard = heard - interval '9.5 s'");

        await using var session = await Serve(database);
        await using var jobs = await ServedJobs.Connect(database, folder.Path, folder.Path);
        var (one, two) = (jobs.AddDevice("one", _ => Task.CompletedTask), jobs.AddDevice("two", _ => Task.CompletedTask));
        var job = await jobs.Submit(SimulatedJobs.BestAtHorizon("wide", "narrow"));
        await jobs.Check(job, await jobs.UntilEnded(job));
        Assert.NotEmpty(one.Taken.Concat(two.Taken));
        const string alive = "select count(*) from autoselect.silos where status <> 6";
        Assert.Equal(1L, await PostgresServer.Execute(database, alive));
    }

    [Fact]
    public async Task A_silo_that_ends_takes_leave_and_frees_its_ports()
    {
        var database = await (await shared.Server()).CreateDatabase();
        IPEndPoint silo;
        await using (var session = await Serve(database)) silo = new(session.Endpoint.Address, session.Endpoint.SiloPort);
        Assert.False(await SiloRetirement.IsListening(silo, Ct));
        Assert.Equal(0L, await PostgresServer.Execute(database, "select count(*) from autoselect.silos where status <> 6"));
        Assert.False(File.Exists(new ControlPaths(folder.Path).Api));
    }

    [Fact]
    public async Task A_silo_opens_no_port_for_clients_of_the_cluster()
    {
        var database = await (await shared.Server()).CreateDatabase();
        await using var session = await Serve(database);
        Assert.Equal(0, await PostgresServer.Execute(database, "select gateway_port from autoselect.silos where status <> 6"));
    }

    [Fact]
    public async Task Two_silos_cannot_share_a_folder_of_their_own()
    {
        var database = await (await shared.Server()).CreateDatabase();
        await using var session = await Serve(database);
        Assert.Contains(folder.Path, (await Assert.ThrowsAsync<EnvironmentFaultException>(() => Serve(database))).Message);
    }

    [Fact]
    public async Task A_silo_without_the_device_program_has_one_that_has_it_check_jobs()
    {
        const string Job = "workload: { name: fashion-mnist-mlp, options: { dataset: synthetic, examples: 600, hidden: 8 } }\n"
            + "objective: { best_by: 5m }\nbatchSizes: [50]\nepochs: 2\n";
        var database = await (await shared.Server()).CreateDatabase();
        await using var bare = await Bare(database);
        using var client = new ApiClient(ApiFile.Read(new ControlPaths(folder["bare"]).Api)!.ToAddress());
        var alone = await Assert.ThrowsAsync<ApiRefusalException>(() => client.PreviewJob(new Submission(Job), Ct));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, alone.Status);
        Assert.Contains("No silo of the cluster has the device program", alone.Message);

        await using var whole = await Serve(database);
        SubmittedJob? submitted = null;
        // The silos learn of each other a moment later.
        for (var left = 1200; submitted is null; left--)
        {
            try
            {
                submitted = await client.SubmitJob(new Submission(Job), Ct);
            }
            catch (ApiRefusalException e) when (e.Status == HttpStatusCode.ServiceUnavailable && left > 0)
            {
                await Task.Delay(100, Ct);
            }
        }
        Assert.NotEmpty(submitted.Job.Value);
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.PreviewJob(new Submission(Job.Replace("600", "-6", StringComparison.Ordinal)), Ct));
        Assert.Contains("'-6'", refused.Message);
        Assert.Contains("workload.options.examples", Assert.Single(refused.Errors).Path);
    }

    private Task<ServeSession> Bare(string database)
    {
        var paths = new ControlPaths(folder["bare"]) { Shared = folder.Path };
        return ServeSession.Start(
            new ServeOptions { Database = database, Paths = paths, HasDeviceProgram = false }, TimeProvider.System, Ct);
    }

    private Task<ServeSession> Serve(string database) => ServeSession.Start(
        new ServeOptions { Database = database, Paths = new ControlPaths(folder.Path) }, TimeProvider.System, Ct);
}
