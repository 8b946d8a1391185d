using System.Xml.Linq;
using Mandate.Testing;

namespace Mandate.Architecture.Tests;

/// <summary>The arrows between rooms (docs/architecture.md) go down only.</summary>
public sealed class RoomArrowTests
{
    /// <summary>What each room may reference, directly or through another.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Mandate.Protocol"] = [],
        ["Mandate.Engine"] = ["Mandate.Protocol"],
        ["Mandate.Temporal"] = ["Mandate.Protocol"],
        ["Mandate.Temporal.Testing"] = ["Mandate.Engine", "Mandate.Temporal", "Mandate.Protocol"],
        ["Mandate.Audit"] = [],
        ["Mandate.Credentials"] = ["Mandate.Protocol"],
        ["Mandate.Identity"] = ["Mandate.Temporal", "Mandate.Protocol"],
        ["Mandate.Gateway"] = ["Mandate.Identity", "Mandate.Audit", "Mandate.Temporal", "Mandate.Protocol"],
        ["Mandate.Stateful"] = ["Mandate.Identity", "Mandate.Credentials", "Mandate.Audit", "Mandate.Temporal", "Mandate.Protocol"],
        ["Mandate"] = ["Mandate.Protocol", "Mandate.Engine", "Mandate.Temporal", "Mandate.Audit", "Mandate.Credentials", "Mandate.Identity", "Mandate.Gateway", "Mandate.Stateful"],
    };

    public static TheoryData<string> Rooms() => new(RoomProjects().Keys);

    [Fact]
    public void Rooms_AllOfSource_AreKnown() =>
        RoomProjects().Keys.Except(Allowed.Keys).ShouldBeEmpty("every room states here what it may reference");

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_ItsReferences_PointDownOnly(string room)
    {
        var reached = Closure(room, RoomProjects());

        reached.Except(Allowed[room]).ShouldBeEmpty($"{room} reaches rooms it must not know");
    }

    [Fact]
    public void Shared_EachFile_IsCompiledIntoSeveralRooms()
    {
        var root = Path.Combine(RepositoryRoot.Path, "src", "Shared");
        var linked = RoomProjects().Values
            .SelectMany(p => XDocument.Load(p).Descendants("Compile").Select(c => Path.GetFullPath(c.Attribute("Include")!.Value.Replace('\\', '/'), Path.GetDirectoryName(p)!)))
            .ToLookup(f => f);

        Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).ShouldNotBeEmpty();
        Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Where(f => linked[f].Count() < 2).ShouldBeEmpty("what one room needs alone belongs into it");
    }

    private static SortedSet<string> Closure(string room, Dictionary<string, string> projects)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(References(projects[room]));
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
                References(projects[next]).ToList().ForEach(open.Push);
        }

        return reached;
    }

    private static IEnumerable<string> References(string project) => XDocument.Load(project)
        .Descendants("ProjectReference")
        .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

    private static Dictionary<string, string> RoomProjects() => Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(p => Path.GetFileNameWithoutExtension(p), StringComparer.Ordinal);
}
