import { homeOf, useSession } from '../app/session';
import { CentreHome } from './CentreHome';
import { OfficerHome } from './OfficerHome';
import { PublicHome } from './PublicHome';

/** The first question of each person: what do I owe, whom do I remind, what needs me. */
export default function Home() {
	const kind = homeOf(useSession().roles);
	if (kind === 'officer') return <OfficerHome />;
	if (kind === 'public') return <PublicHome />;
	return <CentreHome kind={kind} />;
}
