using System.CommandLine;
using System.Text.Json;
using AutoSelect.Api.Access;
using AutoSelect.Api.Hooks;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Storage;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect keys create|list|revoke|secret</c>: those of a server, or of a store by whoever can write it.</summary>
internal static class KeysCommand
{
    public static Command Create(CommandTree tree) =>
        new("keys", "Makes, lists and revokes the API keys of a server or a store.") { Make(tree), List(tree), Revoke(tree), Secret(tree) };

    private static Command Make(CommandTree tree)
    {
        var name = new Option<string>("--name") { Description = "Who is to hold it.", HelpName = "NAME", Required = true };
        var role = new Option<KeyRole>("--role")
        {
            Description = "What it allows. Whoever may submit runs code with the rights of the device processes.",
            DefaultValueFactory = _ => KeyRole.Viewer,
        };
        var project = new Option<string?>("--project")
        {
            Description = "The only project that it is good for; default all.",
            HelpName = "NAME",
        };
        var days = new Option<double>("--days") { Description = "Days until it expires.", DefaultValueFactory = _ => 90, HelpName = "N" };
        var create = new Command("create", "Makes a key and prints it this once.") { name, role, project, days };
        return tree.Bind(create, async (parsed, input) =>
        {
            var asked = new NewKey
            {
                Name = parsed.GetValue(name)!,
                Role = parsed.GetValue(role),
                Project = parsed.GetValue(project),
                Days = parsed.GetValue(days),
            };
            var created = await Ask(
                input, client => client.CreateKey(asked), keys => ApiKeys.Create(keys, asked, TimeProvider.System.GetUtcNow()));
            var terminal = tree.Surroundings.Terminal;
            terminal.Output.WriteLine(input.Json ? JsonSerializer.Serialize(created, RecordJson.Indented) : created.Key);
            if (!input.Json) terminal.Error.WriteLine($"Key {created.Description.Id} is shown this once: keep it in a file of your own.");
            return ExitCodes.ObjectiveMet;
        });
    }

    private static Command List(CommandTree tree) => tree.Bind(new Command("list", "Lists keys, without the keys themselves."),
        async (_, input) =>
    {
        var all = await Ask<IReadOnlyList<KeyDescription>>(input, async client => await client.ListKeys(),
            async keys => [.. (await keys.List()).Where(k => k.Session is null)]);
        var output = tree.Surroundings.Terminal.Output;
        if (input.Json) output.WriteLine(JsonSerializer.Serialize(all, RecordJson.Indented));
        else if (all.Count == 0) output.WriteLine($"No key in {input.Place}.");
        else TextTable.Write(output, ["key", "name", "role", "project", "created", "expires", "revoked"], all.Select(Row));
        return ExitCodes.ObjectiveMet;
    });

    private static Command Revoke(CommandTree tree)
    {
        var key = new Argument<string>("KEY") { Description = "Id of a key, as keys list prints it." };
        return tree.Bind(new Command("revoke", "Has a key refused from now on.") { key }, async (parsed, input) =>
        {
            var id = parsed.GetValue(key)!;
            var revoked = await Ask(
                input, client => client.RevokeKey(id), async keys => await keys.Revoke(id, TimeProvider.System.GetUtcNow())
                    ?? throw new CommandFault(ExitCodes.BadInput, $"No key '{id}' is stored in {input.Place}."));
            var output = tree.Surroundings.Terminal.Output;
            output.WriteLine(input.Json ? JsonSerializer.Serialize(revoked, RecordJson.Indented) : $"Key {id} of {revoked.Name}: revoked.");
            return ExitCodes.ObjectiveMet;
        });
    }

    private static Command Secret(CommandTree tree)
    {
        var project = new Option<string?>("--project")
        {
            Description = "Whose jobs; default the key's own project, else \"default\".",
            HelpName = "NAME",
        };
        const string Summary = "Prints what notices of the ends of a project's jobs are signed with.";
        return tree.Bind(new Command("secret", Summary) { project }, async (parsed, input) =>
        {
            var name = parsed.GetValue(project);
            if (name is not null && !JobName.IsValid(name))
                throw new CommandFault(ExitCodes.BadInput, $"--project is '{name}': {JobName.Rule}.");
            var secret = await Ask(
                input, client => client.ReadHookSecret(name), keys => HookSecrets.Of(keys, name ?? JobSpec.DefaultProject));
            var output = tree.Surroundings.Terminal.Output;
            output.WriteLine(input.Json ? JsonSerializer.Serialize(secret, RecordJson.Options) : secret.Secret);
            return ExitCodes.ObjectiveMet;
        });
    }

    private static async Task<T> Ask<T>(CommandInput input, Func<ApiClient, Task<T>> ofServer, Func<IKeyStore, Task<T>> ofStore)
    {
        if (input.Server is { } server)
        {
            using var client = new ApiClient(server);
            return await ofServer(client);
        }
        // Keys of a cluster are in its database: whoever serves there has them.
        using var running = await RunningProcess.Connect(input.Store);
        if (running is not null) return await ofServer(running);
        await using var keys = new SqliteKeyStore(new ControlPaths(input.Store).Keys);
        try
        {
            return await ofStore(keys);
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message);
        }
    }

    private static string[] Row(KeyDescription key) =>
    [
        key.Id, key.Name, key.Role.ToString().ToLowerInvariant(), key.Project, Day(key.CreatedAt), Day(key.ExpiresAt),
        key.RevokedAt is { } revoked ? Day(revoked) : "",
    ];

    private static string Day(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd");
}
