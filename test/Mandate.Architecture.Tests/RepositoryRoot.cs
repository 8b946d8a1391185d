namespace Mandate.Architecture.Tests;

/// <summary>Finds the repository from the test assembly's place in it.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "Mandate.slnx")))
                return at.FullName;
        }

        throw new InvalidOperationException($"No Mandate.slnx above {AppContext.BaseDirectory}");
    }
}
