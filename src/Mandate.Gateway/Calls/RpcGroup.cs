namespace Mandate.Gateway.Calls;

/// <summary>What kind of thing an RPC does. Rules name groups as <c>@start</c>, <c>@read</c> and so on.</summary>
internal enum RpcGroup
{
    /// <summary>Says what the service is and can do; touches no namespace.</summary>
    Open,

    /// <summary>Describes a namespace or a task queue.</summary>
    Namespace,

    /// <summary>Starts a run.</summary>
    Start,

    /// <summary>Sends something to a run, or ends, resets or removes it.</summary>
    Message,

    /// <summary>Shows one run.</summary>
    Read,

    /// <summary>Lists or counts runs.</summary>
    List,

    /// <summary>Asks for a task.</summary>
    Poll,

    /// <summary>Answers a task, by its token.</summary>
    Task,

    /// <summary>Answers or steers an activity, by its workflow and activity id.</summary>
    Activity,

    /// <summary>What workers say about themselves.</summary>
    Worker,

    /// <summary>Makes, changes or shows schedules.</summary>
    Schedule,

    /// <summary>Changes or lists namespaces and search attributes.</summary>
    Operator,

    /// <summary>A command in the answer of a workflow task; no RPC.</summary>
    Command,
}
