namespace Mandate.Testing;

/// <summary>Finds the repository from the test assembly's place in it.</summary>
public static class RepositoryRoot
{
    /// <summary>Absolute path of the folder that holds <c>Mandate.slnx</c>.</summary>
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
