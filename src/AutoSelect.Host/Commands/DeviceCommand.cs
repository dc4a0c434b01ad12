using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Joining;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect device</c></summary>
internal static class DeviceCommand
{
    public const string TokenVariable = "AUTOSELECT_TOKEN";

    private const string Summary =
        """
        Lends this machine's devices to a server, until Ctrl-C or SIGTERM: then each writes a checkpoint of what it trains, reports it and
        takes leave. The machine needs to be reached by nobody but the other devices of a group.

        The key is one of role device (autoselect keys create --role device --name NAME), good for devices whose ids begin with its name.
        Ids are NAME-KIND-INDEX, such as node7-cpu-0, with this host's name unless --name gives another.
        """;

    public static Command Create(CommandTree tree)
    {
        var join = new Option<string[]>("--join")
        {
            Description = "Address of a server, such as https://jobs.example:8443; repeated for others of the same cluster, which are "
                + "turned to when it is away.",
            HelpName = "URL",
            Required = true,
        };
        var token = Option("--token-file", "FILE", $"Its first line is the key; default ${TokenVariable}.");
        var kind = Option("--kind", "cpu|cuda", "Kind of the devices; default cuda where there are any, else cpu.");
        var count = new Option<int?>("--devices") { Description = "How many; default all of the kind.", HelpName = "N" };
        count.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && !(int.TryParse(given.Value, out var number) && number >= 1))
                result.AddError($"--devices is '{given.Value}': it must be an integer of at least 1.");
        });
        var name = Option("--name", "NAME", "What the ids begin with: the name of the key; default this host's name in lower case.");
        var data = Option("--data", "FOLDER", $"Where data sets are kept; default {ControlPaths.DataSets}.");
        var authority = Option("--authority", "FILE", "Certificates (PEM) of an authority to trust in place of the system's.");
        var certificate = Option("--certificate", "FILE", "This machine's own certificate (PEM), where the server asks for one.");
        var account = Option("--account", "NAME",
            "What device processes run as where this command is root's: jobs are code of others. Needs a --store and --data that the "
            + "account can reach.");
        var certificateKey = Option("--certificate-key", "FILE", "Its private key (PEM), where the certificate's file does not hold it.");
        var allow = AllowOption.Create(
            "Folder whose files this machine's devices load for jobs, or one file; may be repeated. Default any file that the server lets "
            + "jobs name (serve --allow).");
        var command = new Command("device", Summary)
        {
            join, token, kind, count, name, data, allow, account, authority, certificate, certificateKey,
        };
        return tree.Bind(command, (parsed, input) =>
        {
            var own = Name(parsed.GetValue(name) ?? Environment.MachineName.ToLowerInvariant());
            var key = Key(parsed.GetValue(token), tree.Surroundings);
            var other = parsed.GetValue(account) is { } named ? Checked(() => DeviceAccount.Find(named)) : null;
            // The file is this account's alone, so the other one's processes get the key as their environment.
            if (other is not null) Environment.SetEnvironmentVariable(TokenVariable, key);
            return Join(tree.Surroundings, input.Json, new JoinOptions
            {
                Servers = Servers(parsed.GetValue(join)!, key),
                TokenFile = other is null ? Absolute(parsed.GetValue(token)) : null,
                Account = other,
                Name = own,
                Kind = Kind(parsed.GetValue(kind)),
                Count = parsed.GetValue(count),
                Paths = new ControlPaths(Path.Combine(input.Store, "joined", own)),
                Data = Absolute(parsed.GetValue(data))
                    ?? (other is null ? ControlPaths.DataSets : Path.Combine(other.Home, ".local", "share", "autoselect", "datasets")),
                Allowed = [.. AllowOption.Read(parsed.GetValue(allow)) is null ? [] : parsed.GetValue(allow)!],
                Authority = Absolute(parsed.GetValue(authority)),
                Certificate = Absolute(parsed.GetValue(certificate)),
                CertificateKey = Absolute(parsed.GetValue(certificateKey)),
            });
        });
    }

    private static async Task<int> Join(Surroundings surroundings, bool isJson, JoinOptions options)
    {
        var (terminal, interrupted) = (surroundings.Terminal, surroundings.Interruption.Requested);
        await using var joined = await JoinedDevices.Start(options, TimeProvider.System);
        joined.Fleet.FaultsChanged += faults =>
        {
            foreach (var fault in faults) terminal.Error.WriteLine(fault.Message);
        };
        var ended = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, interrupted);
        if (await Task.WhenAny(joined.Fleet.Up, joined.Fleet.Hopeless, ended) == joined.Fleet.Up)
        {
            terminal.Output.WriteLine(isJson ? Json(options, joined.Ids)
                : $"Joined {string.Join(", ", options.Servers)} with {string.Join(", ", joined.Ids)}; logs are in {options.Paths.Logs}.");
            await terminal.Output.FlushAsync(CancellationToken.None);
        }
        if (await Task.WhenAny(joined.Fleet.Hopeless, ended) == joined.Fleet.Hopeless) throw await joined.Fleet.Hopeless;
        await joined.Fleet.End();
        return ExitCodes.ObjectiveMet;
    }

    private static string Json(JoinOptions options, ImmutableArray<DeviceId> ids) => JsonSerializer.Serialize(
        new { Joined = options.Servers.Select(s => s.ToString()), Devices = ids, options.Paths.Logs }, RecordJson.Options);

    private static string Key(string? file, Surroundings surroundings) => Checked(() => file is not null ? KeyFile.Read(file)
        : surroundings.Variable(TokenVariable) is { Length: > 0 } key ? key.Trim()
        : throw new ArgumentException($"There is no key: give --token-file or set {TokenVariable}."));

    private static ImmutableArray<ApiAddress> Servers(string[] texts, string key) => Checked<ImmutableArray<ApiAddress>>(() =>
    [
        .. texts.Select(t => Uri.TryCreate(t, UriKind.Absolute, out var server) ? new ApiAddress(server, key)
            : throw new ArgumentException($"--join is '{t}': it must be an address such as https://host:8443.")),
    ]);

    private static string Name(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '_' or '-') ? name
            : throw new CommandFault(ExitCodes.BadInput,
                $"--name is '{name}': it must be 1 to 64 letters, digits, dashes, dots, underscores and at signs.");

    private static DeviceKind? Kind(string? text) => text switch
    {
        null => null,
        "cpu" => DeviceKind.Cpu,
        "cuda" => DeviceKind.Cuda,
        _ => throw new CommandFault(ExitCodes.BadInput, $"--kind is '{text}': it must be cpu or cuda."),
    };

    private static T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message.Split(" (Parameter")[0]);
        }
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);

    private static Option<string?> Option(string name, string form, string summary) =>
        new(name) { Description = summary, HelpName = form };
}
