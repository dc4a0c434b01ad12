using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect audit</c></summary>
internal static class AuditCommand
{
    private const int MostEntries = 1000;

    private static readonly string[] Titles = ["time", "who", "key", "from", "what", "path", "status", "made or refused"];

    public static Command Create(CommandTree tree)
    {
        var after = Number("--after", "Go on where the list before ended.", 0, long.MaxValue, 0);
        var size = Number("--size", "Most entries to list.", 1, MostEntries, MostEntries);
        const string Summary = "Lists who has changed what through the API, or was refused it, oldest first; on a server for operators.";
        return tree.Bind(new Command("audit", Summary) { after, size }, async (parsed, input) =>
        {
            using var control = await tree.Surroundings.Connect(input);
            var page = await control.Audit(parsed.GetValue(after), (int)parsed.GetValue(size));
            var output = tree.Surroundings.Terminal.Output;
            if (input.Json) output.WriteLine(JsonSerializer.Serialize(page, RecordJson.Indented));
            else if (page.Entries.Count == 0) output.WriteLine($"No entry in {input.Place}.");
            else TextTable.Write(output, Titles, page.Entries.Select(Row));
            if (page.Entries.Count == parsed.GetValue(size))
                tree.Surroundings.Terminal.Error.WriteLine($"There may be more: --after {page.Next}");
            return ExitCodes.ObjectiveMet;
        });
    }

    private static string[] Row(AuditEntry entry) =>
    [
        entry.Time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), entry.Name, entry.Caller,
        entry.From ?? "", $"{entry.Operation} {entry.Kind}", entry.Path, entry.Status?.ToString(CultureInfo.InvariantCulture) ?? "",
        entry.Made ?? entry.RefusedPlace ?? "",
    ];

    private static Option<long> Number(string name, string summary, long least, long most, long otherwise)
    {
        var option = new Option<long>(name) { Description = summary, HelpName = "N", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.Tokens is not [var token]
                || (long.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)) return;
            result.AddError($"{name} is '{token.Value}': it must be an integer of at least {least}"
                + (most == long.MaxValue ? "." : $" and at most {most}."));
        });
        return option;
    }
}
