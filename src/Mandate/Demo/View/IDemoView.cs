using Mandate.Demo.Report;
using Mandate.Demo.Runs;

namespace Mandate.Demo.View;

/// <summary>Shows the demonstration while it goes on.</summary>
internal interface IDemoView
{
    /// <summary>Runs <paramref name="work"/> while showing what it tells.</summary>
    Task<T> ShowAsync<T>(Func<Task<T>> work);

    /// <summary>Something happened.</summary>
    void Tell(string what);

    /// <summary>The runs as they stand now.</summary>
    void Update(IReadOnlyList<Run> runs);

    /// <summary>It is over.</summary>
    void Conclude(DemoReport report);
}
