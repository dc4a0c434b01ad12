using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;

using var interruption = Interruption.OfProcess();
return await new CommandTree(new Surroundings
{
    Control = ControlComposition.Factory,
    Archive = ControlComposition.Archive,
    Catalogue = ControlComposition.Catalogue,
    Terminal = Terminal.OfProcess(),
    Interruption = interruption,
}).Run(args);
