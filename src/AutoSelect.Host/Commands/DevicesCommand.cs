using System.CommandLine;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect devices</c></summary>
internal static class DevicesCommand
{
    public static Command Create(CommandTree tree)
    {
        const string Summary =
            "Lists the devices of a server, or of the process that has the store open, with what it borrows; without either those of this "
            + "machine.";
        return tree.Bind(new Command("devices", Summary), async (_, input) =>
        {
            using var control = await tree.Surroundings.Connect(input);
            PoolText.Write(await control.Devices(), await control.Borrowed(), input.Json, tree.Surroundings.Terminal.Output);
            return ExitCodes.ObjectiveMet;
        });
    }
}
