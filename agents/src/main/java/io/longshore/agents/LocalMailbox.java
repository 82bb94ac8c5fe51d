package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Letter;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A mailbox that is alive on this node, as others on this node have it.
 *
 * @param messages where senders put theirs themselves, without a message to the actor
 */
record LocalMailbox(ActorRef<Letter> actor, AgentMessages messages) {}
