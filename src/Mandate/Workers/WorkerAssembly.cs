using System.Reflection;
using Mandate.Configuration;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Workflows;

namespace Mandate.Workers;

/// <summary>The workflows and activities of a worker assembly that the settings name.</summary>
/// <param name="Workflows">Classes with <see cref="WorkflowAttribute"/>.</param>
/// <param name="ActivityClasses">Classes with methods that have <see cref="ActivityAttribute"/>.</param>
internal sealed record WorkerAssembly(IReadOnlyList<Type> Workflows, IReadOnlyList<Type> ActivityClasses)
{
    /// <summary>Loads an assembly and finds what is to be run.</summary>
    /// <exception cref="ConfigurationException">It cannot be loaded, holds nothing to run, or not what was named.</exception>
    public static WorkerAssembly Load(int index, WorkerOptions options)
    {
        var setting = $"Mandate:Workers:{index}";
        var types = TypesOf(Find(setting, options.Assembly!), setting, options);
        var workflows = types.Where(IsWorkflow).ToArray();
        var activities = types.Where(HasActivities).ToArray();
        if (workflows.Length + activities.Length == 0)
        {
            throw new ConfigurationException(
                $"{setting}:Assembly '{options.Assembly}' has neither a class with [Workflow] nor one with [Activity] methods. Name the assembly that does, or check that it references Mandate.Temporal.");
        }

        return new(workflows, activities);
    }

    private static Assembly Find(string setting, string nameOrPath)
    {
        var own = typeof(WorkerAssembly).Assembly;
        if (string.Equals(nameOrPath, own.GetName().Name, StringComparison.OrdinalIgnoreCase))
            return own;
        var path = new[] { nameOrPath, Path.Combine(AppContext.BaseDirectory, nameOrPath), Path.Combine(AppContext.BaseDirectory, nameOrPath + ".dll") }.FirstOrDefault(File.Exists)
            ?? throw new ConfigurationException($"{setting}:Assembly '{nameOrPath}' does not exist. Give the path of a .dll; a relative one starts at {Directory.GetCurrentDirectory()}.");
        try
        {
            return new WorkerLoadContext(Path.GetFullPath(path)).LoadMain();
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new ConfigurationException($"{setting}:Assembly '{path}' cannot be loaded: {e.Message}");
        }
    }

    private static Type[] TypesOf(Assembly assembly, string setting, WorkerOptions options)
    {
        try
        {
            var all = assembly.GetTypes();
            if (options.Types.Count == 0)
                return [.. all.Where(t => t is { IsClass: true, IsGenericTypeDefinition: false })];
            return [.. options.Types.Select((name, i) => all.FirstOrDefault(t => t.FullName == name && (IsWorkflow(t) || HasActivities(t)))
                ?? throw new ConfigurationException($"{setting}:Types:{i} '{name}' is not a class of the assembly with [Workflow] or [Activity] methods. Give its full name."))];
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new ConfigurationException($"{setting}:Assembly '{options.Assembly}' cannot be read: {e.LoaderExceptions.FirstOrDefault()?.Message} Publish it with its dependencies beside it.");
        }
    }

    private static bool IsWorkflow(Type type) => type is { IsClass: true, IsAbstract: false } && type.IsDefined(typeof(WorkflowAttribute), inherit: false);

    private static bool HasActivities(Type type) => type.IsClass && type
        .GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Any(m => m.IsDefined(typeof(ActivityAttribute), inherit: true));
}
