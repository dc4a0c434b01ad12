using AutoSelect.Host.Inspections;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Control;

/// <summary>The control side as the commands use it.</summary>
internal static class ControlComposition
{
    public static IControlFactory Factory { get; } = new ControlFactory(TimeProvider.System);
    public static IJobArchive Archive { get; } = new JobArchive();
    public static ICatalogueSource Catalogue { get; } = new RememberedInspections(
        new CatalogueSource(), new InspectionCache(ControlPaths.Inspections), InspectedMachine.Describe, TimeProvider.System);
}
