using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;
using AutoSelect.Api;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Cluster;
using AutoSelect.Host.Control.Hooks;
using AutoSelect.Jobs.Sharing;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect serve</c></summary>
internal static class ServeCommand
{
    public const string DatabaseVariable = "AUTOSELECT_DATABASE";

    private const string Summary =
        """
        Runs jobs for others: one control silo of a cluster over PostgreSQL, until Ctrl-C. Any number with one database form the cluster;
        any of them answers for any job, and takes over the jobs of one that is lost.

        Silos listen on loopback unless told otherwise. A network needs TLS: with --address beyond loopback silos show each other
        certificates of the cluster's own authority (--cluster-certificate). The API, by which devices come too (autoselect device), asks
        for a key, and beyond loopback for a certificate.
        """;

    public static Command Create(CommandTree tree)
    {
        var database = new Option<string?>("--database")
        {
            Description = "Connection string of PostgreSQL, such as \"Host=db;Database=autoselect;Username=autoselect\"; "
                + $"default ${DatabaseVariable}, which others cannot read as they can a command line.",
            HelpName = "TEXT",
        };
        var shared = new Option<string?>("--shared")
        {
            Description = "Folder of checkpoints and recordings, which all silos and devices see under this path; default that of --store.",
            HelpName = "DIR",
        };
        var checkpoints = CheckpointsOption.Create("that of --shared");
        var listen = Address<IPEndPoint>("--listen", "ADDRESS:PORT", "Where the HTTP API listens; default a free port of loopback.",
            text => IPEndPoint.TryParse(text, out var at) && at.Port > 0 ? at : null, "an address and a port, such as 127.0.0.1:8080");
        var certificate = new Option<string?>("--certificate")
        {
            Description = "Certificate of the HTTP API in PEM, which it needs beyond loopback, with its key or --certificate-key.",
            HelpName = "FILE",
        };
        var certificateKey = new Option<string?>("--certificate-key") { Description = "Its private key in PEM.", HelpName = "FILE" };
        var hosts = new Option<string[]>("--host")
        {
            Description = "Name under which the HTTP API is asked for beyond loopback; may be repeated.",
            HelpName = "NAME",
        };
        var hooks = new Option<string[]>("--allow-hooks")
        {
            Description = "Host or network that notices of jobs' ends may go to beside public addresses; may be repeated.",
            HelpName = "HOST|CIDR",
        };
        var allow = AllowOption.Create(
            "Folder whose files submitted jobs may name, or one file: assemblies with workloads, TorchScript, data, programs. Whoever "
            + $"submits runs the code in it. May be repeated; '{AllowedPlaces.AnyFile}' for any file; alike at all silos. "
            + "Default none: what comes with AutoSelect alone.");
        var deviceAuthority = new Option<string?>("--device-authority")
        {
            Description = "Certificates in PEM of whoever issues those of devices, which they need beside their key then.",
            HelpName = "FILE",
        };
        var address = Address<IPAddress>("--address", "ADDRESS", "Where the silo listens and others find it; default 127.0.0.1.",
            text => IPAddress.TryParse(text, out var parsed) && !IsAny(parsed) ? parsed : null,
            "an address of this machine that others reach, such as 10.0.0.5");
        var silo = Port("--silo-port", "Port for other silos");
        var devices = new Option<int>("--devices")
        {
            Description = "Device processes to start on this machine; default 0.",
            HelpName = "N",
        };
        devices.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var number) && number >= 0))
                result.AddError($"--devices is '{token.Value}': it must be an integer of at least 0.");
        });
        var providers = ProvidersOption.Create();
        var endsCommitted = new Option<bool>("--end-committed")
        {
            Description = "Lets a job without any device have one of a baseline or a committed run of lower priority, where no probing "
                + "lane can end for it; alike at all silos.",
        };
        var retention = new Option<string?>("--retention")
        {
            Description = "YAML that says how long checkpoints, weights, jobs and logs are kept after jobs have ended; default for good.",
            HelpName = "FILE",
        };
        var tls = new ClusterTlsOptions();
        var command = new Command("serve", Summary)
        {
            database, listen, certificate, certificateKey, hosts, deviceAuthority, address, silo, shared, checkpoints, devices,
            hooks, allow, endsCommitted, retention, providers,
        };
        tls.AddTo(command);
        return tree.Bind(command, (parsed, input) =>
        {
            var paths = new ControlPaths(input.Store) { Checkpoints = parsed.GetValue(checkpoints) };
            return Serve(tree.Surroundings, input.Json, new ServeOptions
            {
                Database = parsed.GetValue(database) ?? tree.Surroundings.Variable(DatabaseVariable)
                    ?? throw new CommandFault(ExitCodes.BadInput, $"No database: give --database or set {DatabaseVariable}."),
                Paths = parsed.GetValue(shared) is { } folder ? paths with { Shared = Path.GetFullPath(folder) } : paths,
                Address = parsed.GetValue(address) ?? IPAddress.Loopback,
                Tls = tls.Read(parsed),
                SiloPort = parsed.GetValue(silo),
                Listening = Listening(parsed.GetValue(listen), parsed.GetValue(certificate), parsed.GetValue(certificateKey),
                    parsed.GetValue(hosts) ?? [], parsed.GetValue(deviceAuthority)),
                Devices = parsed.GetValue(devices),
                Allowed = AllowOption.Read(parsed.GetValue(allow)) ?? AllowedPlaces.BuiltIn,
                Hooks = Hooks(parsed.GetValue(hooks) ?? []),
                Sharing = new SharingOptions { MayEndCommitted = parsed.GetValue(endsCommitted) },
                Retention = parsed.GetValue(retention) is { } policy ? RetentionCommand.ReadPolicy(policy) : null,
                Borrowing = ProvidersOption.Read(parsed.GetValue(providers)),
            });
        });
    }

    private static HookRules Hooks(string[] allowed)
    {
        try
        {
            return HookRules.Parse(allowed);
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, $"--allow-hooks is {e.Message}");
        }
    }

    private static ApiListening Listening(IPEndPoint? at, string? certificate, string? key, string[] hosts, string? authority)
    {
        try
        {
            return new ApiListening(
                at?.Address ?? IPAddress.Loopback, at?.Port ?? 0,
                certificate is null ? null : ApiListening.ReadCertificate(certificate, key), hosts,
                authority is null ? null : ApiListening.ReadAuthority(authority));
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            var listening = at is null ? "" : $"--listen is '{at}': ";
            throw new CommandFault(ExitCodes.BadInput, listening + e.Message.Split(" (Parameter")[0]);
        }
    }

    private static async Task<int> Serve(Surroundings surroundings, bool isJson, ServeOptions options)
    {
        var (output, interrupted) = (surroundings.Terminal.Output, surroundings.Interruption.Requested);
        if (options.Paths.Checkpoints is { } checkpoints && await CheckpointPlace.Warn(checkpoints, interrupted) is { } fault)
            surroundings.Terminal.Error.WriteLine($"warning: checkpoints wait until their place can be written: {fault}");
        await using var session = await Start(options, interrupted);
        var place = new
        {
            Version = typeof(ServeCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            Silo = new IPEndPoint(session.Endpoint.Address, session.Endpoint.SiloPort).ToString(),
            Api = session.Api.ToString(),
            session.Database,
        };
        // Where there is TLS, whoever comes has a key of their own and signs in with it.
        using var client = options.Listening.Certificate is null ? await RunningProcess.Connect(options.Paths.Root) : null;
        var dashboard = client is null ? place.Api : await DashboardLink.Create(client, "/jobs", interrupted);
        output.WriteLine(isJson ? JsonSerializer.Serialize(place, RecordJson.Options)
            : $"Serving over {place.Database}: silo {place.Silo}, API {place.Api}. Ctrl-C ends it.");
        await output.FlushAsync(CancellationToken.None);
        surroundings.Terminal.Error.WriteLine($"Dashboard: {dashboard}");
        await Task.WhenAny(session.Ended, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, interrupted));
        if (interrupted.IsCancellationRequested) return ExitCodes.ObjectiveMet;
        throw new CommandFault(ExitCodes.Environment, $"The silo ended by itself; its log is in {options.Paths.Logs}.");
    }

    private static async Task<ServeSession> Start(ServeOptions options, CancellationToken ct)
    {
        try
        {
            return await ServeSession.Start(options, TimeProvider.System, ct);
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message);
        }
    }

    private static Option<int?> Port(string name, string what) => new(name)
    {
        Description = $"{what}; default a free one.",
        HelpName = "PORT",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort)
                return port;
            result.AddError($"{name} is '{text}': it must be from 1 to {IPEndPoint.MaxPort}.");
            return null;
        },
    };

    private static Option<T?> Address<T>(string name, string form, string summary, Func<string, T?> parse, string rule) where T : class =>
        new(name)
        {
            Description = summary,
            HelpName = form,
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                if (parse(text) is { } parsed) return parsed;
                result.AddError($"{name} is '{text}': it must be {rule}.");
                return null;
            },
        };

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
